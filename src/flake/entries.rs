//! The attributes of a set.

use smol_str::SmolStr;

use super::value::Entry;

/// Attributes in the order of their names, each name once. Nearly all sets are small, and made in one go: a list takes less
/// than a tree.
#[derive(Debug, Clone, Default)]
pub(crate) struct Entries(Vec<(SmolStr, Entry)>);

impl Entries {
    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }

    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.find(name).ok().map(|at| &self.0[at].1)
    }

    pub fn contains_key(&self, name: &str) -> bool {
        self.find(name).is_ok()
    }

    /// Adds an attribute, or puts it in the place of the one that has this name. Where there are many, they are collected or
    /// added with `extend`: one by one, each moves all that come after it.
    pub fn insert(&mut self, name: SmolStr, entry: Entry) {
        if self.0.last().is_none_or(|(last, _)| *last < name) {
            return self.0.push((name, entry));
        }
        match self.find(&name) {
            Ok(at) => self.0[at].1 = entry,
            Err(at) => self.0.insert(at, (name, entry)),
        }
    }

    fn put_in_order(&mut self) {
        if self.0.is_sorted_by(|(one, _), (two, _)| one < two) {
            return;
        }
        self.0.sort_by(|(one, _), (two, _)| one.cmp(two));
        self.0.dedup_by(|(later, entry), (name, kept)| {
            let same = later == name;
            if same {
                std::mem::swap(entry, kept);
            }
            same
        });
    }

    pub fn retain(&mut self, stays: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| stays(name));
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&SmolStr, &Entry)> + Clone {
        self.0.iter().map(|(name, entry)| (name, entry))
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&SmolStr, &mut Entry)> {
        self.0.iter_mut().map(|(name, entry)| (&*name, entry))
    }

    pub fn keys(&self) -> impl ExactSizeIterator<Item = &SmolStr> {
        self.0.iter().map(|(name, _)| name)
    }

    pub fn values(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.0.iter().map(|(_, entry)| entry)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Of several with one name, the last stays.
impl Extend<(SmolStr, Entry)> for Entries {
    fn extend<I: IntoIterator<Item = (SmolStr, Entry)>>(&mut self, more: I) {
        self.0.extend(more);
        self.put_in_order();
    }
}

/// Of several with one name, the last stays.
impl FromIterator<(SmolStr, Entry)> for Entries {
    fn from_iter<I: IntoIterator<Item = (SmolStr, Entry)>>(entries: I) -> Self {
        let mut entries = Entries(entries.into_iter().collect());
        entries.put_in_order();
        entries
    }
}

impl IntoIterator for Entries {
    type Item = (SmolStr, Entry);
    type IntoIter = std::vec::IntoIter<(SmolStr, Entry)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flake::value::Thunk;

    fn entry(number: u32) -> Entry {
        Entry { thunk: Thunk(number), site: None }
    }

    fn shown(entries: &Entries) -> Vec<(&str, u32)> {
        entries.iter().map(|(name, entry)| (&**name, entry.thunk.0)).collect()
    }

    #[test]
    fn names_are_in_order_and_the_last_of_a_name_stays() {
        let mut entries: Entries =
            ["b", "a", "b", "c"].into_iter().zip(0..).map(|(name, at)| (name.into(), entry(at))).collect();
        assert_eq!(shown(&entries), [("a", 1), ("b", 2), ("c", 3)]);
        for (name, at) in [("d", 4), ("aa", 5), ("c", 6), ("", 7)] {
            entries.insert(name.into(), entry(at));
        }
        assert_eq!(shown(&entries), [("", 7), ("a", 1), ("aa", 5), ("b", 2), ("c", 6), ("d", 4)]);
        entries.extend([("b".into(), entry(8)), ("bb".into(), entry(9)), ("b".into(), entry(10))]);
        entries.retain(|name| name.len() < 2);
        assert_eq!(shown(&entries), [("", 7), ("a", 1), ("b", 10), ("c", 6), ("d", 4)]);
        assert_eq!(entries.get("b").map(|entry| entry.thunk), Some(Thunk(10)));
        assert!(!entries.contains_key("bb"));
    }
}
