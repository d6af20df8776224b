//! The hardware's tables, readers, recommendations and verdicts.

mod corpus;
mod judge;
mod tables;
