//! The hardware's tables, readers, recommendations and verdicts.

mod anything;
mod compare;
mod corpus;
mod hints;
mod judge;
mod names;
mod recommend;
mod scrub;
mod tables;
