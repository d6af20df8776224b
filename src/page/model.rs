//! What the page knows, without a browser: tested natively.

pub mod form;
pub mod history;
pub mod queue;
pub mod text;

use std::collections::BTreeMap;

/// Where names stand in a list. The page's maps are of few types, because each type of map weighs kilobytes in Wasm.
#[derive(Debug, Default)]
pub struct Places(BTreeMap<String, usize>);

impl Places {
    /// The places of these names, of one that comes twice the first.
    pub fn of<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let mut places = BTreeMap::new();
        for (at, name) in names.enumerate() {
            places.entry(name.to_owned()).or_insert(at);
        }
        Self(places)
    }

    /// The name's place.
    pub fn get(&self, name: &str) -> Option<usize> {
        self.0.get(name).copied()
    }
}
