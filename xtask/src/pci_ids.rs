//! `cargo xtask pci-ids FILE`: the tables of GPUs against a list of PCI ids.

use crate::shell::{Done, Failure, cargo, step};
use std::path::Path;

/// Prints which GPUs of the list the tables lack, and fails where a table contradicts it.
///
/// `list`: `pci.ids` of the PCI ID project, as pciutils and hwdata install it. The engine holds the tables, so one of its
/// tests does the work.
pub fn run(list: &str) -> Done {
    let list = Path::new(list).canonicalize().map_err(|error| Failure::new(format!("{list}: {error}")))?;
    step(
        cargo()
            .args(["test", "--test", "hardware", "a_given_list_of_pci_ids_contradicts_no_table", "--", "--nocapture"])
            .env("PCI_IDS", list),
    )
}
