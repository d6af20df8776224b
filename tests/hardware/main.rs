//! The hardware's tables, readers, recommendations and verdicts.

mod corpus;
mod hints;
mod judge;
mod tables;
