//! What the page knows, without a browser: tested natively.

pub mod draft;
pub mod files;
pub mod form;
pub mod history;
pub mod queue;
pub mod text;

use std::collections::BTreeMap;

/// A map of these pairs, of the last where a key comes twice. `collect` sorts them first, and a whole sort for each type
/// of pair weighs several kilobytes in Wasm.
fn map_of<K: Ord, V>(pairs: impl Iterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in pairs {
        map.insert(key, value);
    }
    map
}
