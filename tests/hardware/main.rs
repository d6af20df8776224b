//! The hardware's tables, readers, recommendations and verdicts.

mod anything;
mod closed;
mod compare;
mod corpus;
mod hints;
mod judge;
mod machines;
mod names;
mod pci_ids;
mod recommend;
mod scrub;
mod tables;
