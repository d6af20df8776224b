//! Attributes that are bound twice, which Nix refuses while it parses.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rnix::SyntaxKind::{
    NODE_ATTR_SET, NODE_ATTRPATH_VALUE, NODE_DYNAMIC, NODE_IDENT, NODE_INHERIT, NODE_LEGACY_LET, NODE_LET_IN,
    NODE_STRING,
};
use rnix::TextSize;

use super::inputs::Refused;
use crate::syntax::{Placed, Source, is, name_in, placed_in};

/// The first attribute of a file that is bound twice where Nix refuses it while parsing.
pub(super) fn first(source: &Source) -> Option<Refused> {
    let root = &source.root;
    let twice = search((root.green(), root.text_range())).err()?;
    let (again, range) = twice.again;
    let mut around = root.covering_element(range).ancestors();
    let node = around.find(|node| is(again, node.kind())).unwrap_or_else(|| root.clone());
    Some(Refused {
        code: "duplicate-attribute",
        node,
        message: format!("`{}` is already defined on line {}", twice.name, source.line(twice.first.into())),
        hint: "Remove one of the two; Nix refuses the file as it is.".into(),
    })
}

/// An attribute that is bound at two places.
struct Twice<'g> {
    /// From the set on in which Nix finds the two: `a.b`.
    name: String,
    again: Placed<'g>,
    /// Where it was bound at first.
    first: TextSize,
}

/// What binds an attribute of a set. Nix merges `a.b = 1;` and `a = { c = 2; };`.
#[derive(Default)]
struct Attribute<'g> {
    /// Where it is bound to a value that is no literal set.
    value: Option<TextSize>,
    /// Where it is bound at first as a set, or by a longer path.
    set: Option<TextSize>,
    attributes: BTreeMap<Cow<'g, str>, Attribute<'g>>,
}

impl<'g> Attribute<'g> {
    /// Binds what a path leads to from here, to a set or to another value; an error is where something else is bound
    /// that this cannot be merged with.
    fn bind(&mut self, path: &[Cow<'g, str>], start: TextSize, is_set: bool) -> Result<&mut Self, TextSize> {
        let Some((name, rest)) = path.split_first() else { return Ok(self) };
        let attribute = self.attributes.entry(name.clone()).or_default();
        if let Some(first) = attribute.value {
            return Err(first);
        }
        if !rest.is_empty() || is_set {
            attribute.set.get_or_insert(start);
        } else if let Some(first) = attribute.set {
            return Err(first);
        } else {
            attribute.value = Some(start);
        }
        attribute.bind(rest, start, is_set)
    }
}

/// Looks for bindings of the same attribute in a node and all that is in it.
fn search(node: Placed<'_>) -> Result<(), Twice<'_>> {
    if [NODE_ATTR_SET, NODE_LET_IN, NODE_LEGACY_LET].iter().any(|kind| is(node.0, *kind)) {
        return entries(node, &[], &mut Attribute::default());
    }
    placed_in(node).try_for_each(search)
}

/// Looks through the entries of a set whose attributes, and those merged with them so far, are in `set`. The set is
/// what `name` leads to.
fn entries<'g>(node: Placed<'g>, name: &[Cow<'g, str>], set: &mut Attribute<'g>) -> Result<(), Twice<'g>> {
    for entry in placed_in(node) {
        if is(entry.0, NODE_INHERIT) {
            for attr in placed_in(entry).filter(is_name) {
                let Some(inherited) = name_in(attr.0) else { continue };
                bind(set, name, &[inherited], attr, false)?;
            }
        } else if is(entry.0, NODE_ATTRPATH_VALUE) {
            binding(entry, name, set)?;
            continue;
        }
        search(entry)?;
    }
    Ok(())
}

/// `a.b = value;`
fn binding<'g>(node: Placed<'g>, name: &[Cow<'g, str>], set: &mut Attribute<'g>) -> Result<(), Twice<'g>> {
    let mut parts = placed_in(node);
    let (Some(attrpath), Some(value)) = (parts.next(), parts.next()) else { return Ok(()) };
    search(attrpath)?;
    let path: Option<Vec<Cow<'_, str>>> = placed_in(attrpath).filter(is_name).map(|(attr, _)| name_in(attr)).collect();
    // which attribute a computed name is shows when it is evaluated
    let Some(path) = path else { return search(value) };
    let is_set = is(value.0, NODE_ATTR_SET);
    let attribute = bind(set, name, &path, node, is_set)?;
    if is_set { entries(value, &[name, &path].concat(), attribute) } else { search(value) }
}

fn bind<'s, 'g>(
    set: &'s mut Attribute<'g>,
    name: &[Cow<'g, str>],
    path: &[Cow<'g, str>],
    node: Placed<'g>,
    is_set: bool,
) -> Result<&'s mut Attribute<'g>, Twice<'g>> {
    let twice = |first| Twice { name: [name, path].concat().join("."), again: node, first };
    set.bind(path, node.1.start(), is_set).map_err(twice)
}

fn is_name((node, _): &Placed<'_>) -> bool {
    [NODE_IDENT, NODE_STRING, NODE_DYNAMIC].iter().any(|kind| is(node, *kind))
}

#[cfg(test)]
mod tests {
    use crate::flake::parse;

    /// The message, if an attribute is bound twice.
    fn twice(text: &str) -> Option<String> {
        parse("flake.nix", text).err().map(|diagnostic| {
            assert_eq!(diagnostic.code, "duplicate-attribute", "{text}");
            format!("{}:{} {}", diagnostic.line, diagnostic.column, diagnostic.message)
        })
    }

    #[test]
    fn what_nix_merges_is_bound_once() {
        for text in [
            "{ a.b = 1; a.c = 2; }",
            "{ a.b = 1; a = { c = 2; }; }",
            "{ a = { b.c = 1; }; a.b = { d = 2; }; }",
            "{ a = { b = 1; }; c = { b = 1; }; }",
            "[ { a = 1; } { a = 2; } ]",
            "let a = 1; in let a = 2; in { a = 3; }",
            "{ ${x} = 1; ${x} = 2; }",
            "{ a.${x} = 1; a.${x} = 2; }",
        ] {
            assert_eq!(twice(text), None, "{text}");
        }
    }

    #[test]
    fn what_nix_refuses_is_bound_twice() {
        for (text, place, name) in [
            ("{ a = 1; a = 2; }", "1:10", "a"),
            ("{ a.b = 1;\n a.b = 2; }", "2:2", "a.b"),
            ("{ a.b = 1; a = 2; }", "1:12", "a"),
            ("{ a.b.c = { }; a = 2; }", "1:16", "a"),
            ("{ a = 1; a.b = 2; }", "1:10", "a.b"),
            ("{ a = f { }; a.b = 2; }", "1:14", "a.b"),
            ("{ a = { b = 1; }; a = { b = 2; }; }", "1:25", "a.b"),
            ("{ a.b = { c = 1; }; a = { b.c = 2; }; }", "1:27", "a.b.c"),
            ("{ a = { }; a = 1; }", "1:12", "a"),
            ("{ inherit a; a = 1; }", "1:14", "a"),
            ("{ inherit (x) a a; }", "1:17", "a"),
            ("{ \"a\" = 1; a = 2; }", "1:12", "a"),
            ("let a = 1; a = 2; in a", "1:12", "a"),
            ("{ a = [ { b = f: { c = 1; c = 2; }; } ]; }", "1:27", "c"),
            ("{ inherit ({ b = 1; b = 2; }) a; }", "1:21", "b"),
            ("{ ${x} = { b = 1; b = 2; }; }", "1:19", "b"),
            ("{ a.${let b = 1; b = 2; in b} = 1; }", "1:18", "b"),
        ] {
            let found = twice(text).unwrap_or_else(|| panic!("{text}"));
            assert!(found.starts_with(&format!("{place} `{name}` is already defined on line 1")), "{text}: {found}");
        }
    }
}
