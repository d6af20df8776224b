//! Attributes that are bound twice, which Nix refuses while it parses.

use std::borrow::Cow;
use std::collections::HashMap;

use rnix::{SyntaxKind, TextSize};
use rowan::GreenNodeData;

use super::inputs::Refused;
use crate::syntax::{Placed, Source, is, name_in, placed_children, placed_in};

/// The first attribute that is bound twice, anywhere that Nix would refuse it while parsing.
///
/// In `before` there is none: what both trees share is not searched again.
pub(super) fn first(source: &Source, before: Option<&GreenNodeData>) -> Option<Refused> {
    let root = &source.root;
    let mut bound = Bound { steps: HashMap::new(), paths: Vec::with_capacity(32) };
    let twice = bound.search((root.green(), root.text_range()), None, before)?;
    let line = source.line(twice.first.into());
    let (again, range) = twice.again;
    let mut around = source.root.covering_element(range).ancestors();
    let place = around.find(|node| is(again, node.kind())).unwrap_or_else(|| root.clone());
    Some(Refused {
        code: "duplicate-attribute",
        message: format!("`{}` is already defined on line {line}", bound.name(twice.path)),
        hint: "Remove one of the two; Nix refuses the file as it is.".into(),
        node: place,
    })
}

/// An attribute that is bound at two places.
struct Twice<'g> {
    path: usize,
    again: Placed<'g>,
    /// Where it was bound at first.
    first: TextSize,
}

/// A path of names from a set on, by the place of what binds it.
struct Path<'g> {
    above: usize,
    name: Cow<'g, str>,
    value: Option<TextSize>,
    /// Bound as a set, or by a longer path.
    inner: Option<TextSize>,
    /// How many paths with one name more there are, and the last of them.
    below: usize,
    last: usize,
    /// The path before this one that has as many names, after the same ones.
    before: usize,
}

impl<'g> Path<'g> {
    fn new(above: usize, name: Cow<'g, str>) -> Self {
        Path { above, name, value: None, inner: None, below: 0, last: NONE, before: NONE }
    }
}

/// No path.
const NONE: usize = usize::MAX;

/// So many names of a set are compared one by one; that is faster than a hash of each.
const FEW: usize = 12;

/// The attributes of each set, with those of the sets in it: Nix merges `a.b = 1;` and `a = { c = 2; };`. The tree is
/// the green one: nothing is allocated for a node.
struct Bound<'g> {
    /// From a path and a name to the path that both make, where there are more than a few.
    steps: HashMap<(usize, Cow<'g, str>), usize>,
    paths: Vec<Path<'g>>,
}

fn is_attr(node: &GreenNodeData) -> bool {
    [SyntaxKind::NODE_IDENT, SyntaxKind::NODE_STRING, SyntaxKind::NODE_DYNAMIC].iter().any(|kind| is(node, *kind))
}

/// The child of a node with this index, if it is a node.
fn nth(node: &GreenNodeData, index: usize) -> Option<&GreenNodeData> {
    node.children().nth(index)?.into_node()
}

impl<'g> Bound<'g> {
    /// Every set in a node, from outside in; `before` is what stood in its place.
    fn search(
        &mut self,
        node: Placed<'g>,
        above: Option<&'g GreenNodeData>,
        before: Option<&GreenNodeData>,
    ) -> Option<Twice<'g>> {
        // a set that is the value of a binding is one with whatever else is bound under that name
        let merged = above.is_some_and(|above| is(above, SyntaxKind::NODE_ATTRPATH_VALUE));
        if is(node.0, SyntaxKind::NODE_LET_IN) || is(node.0, SyntaxKind::NODE_ATTR_SET) && !merged {
            // no path of one set is another's
            self.paths.clear();
            self.steps.clear();
            self.paths.push(Path::new(NONE, Cow::Borrowed("")));
            let twice = self.set(node, 0);
            if twice.is_some() {
                return twice;
            }
        }
        let count = node.0.children().len();
        for (index, child) in placed_children(node) {
            // in names, literals and paths of them stands no set
            if child.0.children().len() == 1 && nth(child.0, 0).is_none_or(|only| is(only, SyntaxKind::NODE_IDENT)) {
                continue;
            }
            let mut old = None;
            if let Some(before) = before {
                // what stayed is as far from the first child as it was, or from the last
                old = (before.children().len() + index).checked_sub(count).and_then(|index| nth(before, index));
                let stayed = |old: Option<&GreenNodeData>| old.is_some_and(|old| std::ptr::eq(old, child.0));
                if stayed(nth(before, index)) || stayed(old) {
                    continue;
                }
            }
            let twice = self.search(child, Some(node.0), old);
            if twice.is_some() {
                return twice;
            }
        }
        None
    }

    /// The first path of a set that is bound twice.
    fn set(&mut self, set: Placed<'g>, prefix: usize) -> Option<Twice<'g>> {
        placed_in(set).find_map(|child| {
            if is(child.0, SyntaxKind::NODE_INHERIT) {
                placed_in(child).filter(|(attr, _)| is_attr(attr)).find_map(|attr| {
                    let path = self.step(prefix, name_in(attr.0)?);
                    self.value(path, attr)
                })
            } else if is(child.0, SyntaxKind::NODE_ATTRPATH_VALUE) {
                self.binding(child, prefix)
            } else {
                None
            }
        })
    }

    fn binding(&mut self, binding: Placed<'g>, prefix: usize) -> Option<Twice<'g>> {
        let mut parts = placed_in(binding);
        let mut path = prefix;
        for (attr, _) in placed_in(parts.next()?).filter(|(attr, _)| is_attr(attr)) {
            path = self.step(path, name_in(attr)?);
        }
        match parts.next() {
            Some(value) if is(value.0, SyntaxKind::NODE_ATTR_SET) => match self.taken(path) {
                Some(first) => Some(Twice { path, again: binding, first }),
                None => {
                    self.paths[path].inner.get_or_insert(binding.1.start());
                    self.set(value, path)
                }
            },
            _ => self.value(path, binding),
        }
    }

    fn step(&mut self, above: usize, name: Cow<'g, str>) -> usize {
        let next = self.paths.len();
        let Path { below, last, .. } = self.paths[above];
        if below < FEW {
            if let Some(known) = self.listed(last).find(|known| self.paths[*known].name == name) {
                return known;
            }
        } else {
            let known = *self.steps.entry((above, name.clone())).or_insert(next);
            if known != next {
                return known;
            }
        }
        self.paths.push(Path { before: last, ..Path::new(above, name) });
        self.paths[above].below += 1;
        self.paths[above].last = next;
        if below + 1 == FEW {
            let listed: Vec<usize> = self.listed(next).collect();
            self.steps.extend(listed.into_iter().map(|path| ((above, self.paths[path].name.clone()), path)));
        }
        next
    }

    /// A path and those before it that have as many names, after the same ones.
    fn listed(&self, last: usize) -> impl Iterator<Item = usize> {
        let some = |path: usize| (path != NONE).then_some(path);
        std::iter::successors(some(last), move |path| some(self.paths[*path].before))
    }

    /// A path with all that is above it in its set, from the inside out.
    fn up(&self, path: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(path), |path| Some(self.paths[*path].above))
            .take_while(|path| self.paths[*path].above != NONE)
    }

    /// The value that stands at this path or above it: the outermost.
    fn taken(&self, path: usize) -> Option<TextSize> {
        self.up(path).filter_map(|path| self.paths[path].value).last()
    }

    fn value(&mut self, path: usize, node: Placed<'g>) -> Option<Twice<'g>> {
        if let Some(first) = self.taken(path).or(self.paths[path].inner) {
            return Some(Twice { path, again: node, first });
        }
        let start = node.1.start();
        let mut above = self.paths[path].above;
        while self.paths[above].above != NONE {
            self.paths[above].inner.get_or_insert(start);
            above = self.paths[above].above;
        }
        self.paths[path].value = Some(start);
        None
    }

    fn name(&self, path: usize) -> String {
        let mut names: Vec<&str> = self.up(path).map(|path| &*self.paths[path].name).collect();
        names.reverse();
        names.join(".")
    }
}

#[cfg(test)]
mod tests {
    use crate::flake::{parse, parse_patched};
    use crate::report::Hunk;

    #[test]
    fn what_an_edit_binds_twice_is_found_as_in_the_whole_text() {
        let text = "{ a.b = 1; c = [ { d = 2; } { e = f: { g = 3; h.i = 4; }; } ]; j = let k = 5; in { inherit k; }; l = { m = 6; }; }";
        let before = parse("flake.nix", text).expect("nothing is bound twice");
        let twice = [
            ("1; ", "1; a = 7; "),
            ("1; ", "1; a = { b = 7; }; "),
            ("2; ", "2; d = 7; "),
            ("3; ", "3; h = { i = 7; }; "),
            ("5; ", "5; k = 7; "),
            ("{ inherit k; ", "{ k = 7; inherit k; "),
            ("6; ", "6; m = 7; "),
            ("6; }; ", "6; }; l.m = 7; "),
            ("{ a", "{ l.m = 7; a"),
        ];
        let once =
            [("1; ", "1; a.c = 7; "), ("2; ", "2; g = 7; "), ("{ d", "{ c = 7; } { d"), ("6; }; ", "6; }; l.n = 7; ")];
        for (is_twice, edits) in [(true, twice.as_slice()), (false, once.as_slice())] {
            for (old, new) in edits {
                let start = text.find(old).expect("it is there");
                let after = text.replacen(old, new, 1);
                let hunk = Hunk { start, end: start + old.len(), insert: (*new).to_owned(), reason: String::new() };
                let patched = parse_patched(&before, &after, &[hunk]).err();
                assert_eq!(
                    patched.as_ref().map(|found| found.code.as_str()),
                    is_twice.then_some("duplicate-attribute"),
                    "{after}"
                );
                assert_eq!(patched, parse("flake.nix", &after).err(), "{after}");
            }
        }
    }
}
