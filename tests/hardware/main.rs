//! The hardware's tables, readers, recommendations and verdicts.

mod judge;
mod tables;
