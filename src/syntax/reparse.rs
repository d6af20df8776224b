//! The tree of a text after an edit, from the tree before it: only the smallest bracket or binding around each hunk is
//! parsed.
//!
//! A hunk between the first and the last token of a list, a set, parentheses, a pattern or a binding reaches nothing
//! outside: what is before that first token and behind that last one is tokenised as it was, and a part that parses
//! without an error, to its end and to the same kind of node, stands in the whole as it stands alone. Where this does
//! not hold for some hunk there is no answer, and the whole text is to be parsed.

use rnix::SyntaxKind;
use rowan::{GreenNode, GreenNodeData, NodeOrToken};

use crate::report::Hunk;

/// The tree of `after`, which is the text of `before` with these hunks.
pub(crate) fn patched(before: &GreenNodeData, after: &str, hunks: &[Hunk]) -> Option<GreenNode> {
    Patch { after }.node(before, 0, hunks, 0)
}

struct Patch<'t> {
    after: &'t str,
}

fn is(kind: rowan::SyntaxKind, wanted: SyntaxKind) -> bool {
    kind.0 == wanted as u16
}

/// How much longer the text is by these hunks.
fn growth(hunks: &[Hunk]) -> isize {
    hunks.iter().map(|hunk| hunk.insert.len() as isize - (hunk.end - hunk.start) as isize).sum()
}

impl Patch<'_> {
    /// A node that all these hunks lie in; `shift` is by how much its start has moved.
    fn node(&self, node: &GreenNodeData, start: usize, hunks: &[Hunk], shift: isize) -> Option<GreenNode> {
        if let Some(new) = self.children(node, start, hunks, shift) {
            return Some(new);
        }
        if !between_its_ends(node, start, hunks) {
            return None;
        }
        let end = start + usize::from(node.text_len());
        let from = start.checked_add_signed(shift)?;
        let to = end.checked_add_signed(shift + growth(hunks))?;
        alone(node.kind(), self.after.get(from..to)?)
    }

    /// The node with those of its children made anew that the hunks lie in; none when a hunk lies in no child.
    fn children(&self, node: &GreenNodeData, start: usize, mut hunks: &[Hunk], mut shift: isize) -> Option<GreenNode> {
        let mut new = Vec::with_capacity(node.children().len());
        let mut at = start;
        for child in node.children() {
            let length = match child {
                NodeOrToken::Node(node) => usize::from(node.text_len()),
                NodeOrToken::Token(token) => usize::from(token.text_len()),
            };
            let end = at + length;
            let count = hunks.iter().take_while(|hunk| hunk.start < end).count();
            let (inside, rest) = hunks.split_at(count);
            match child {
                child if inside.is_empty() => new.push(child.to_owned()),
                NodeOrToken::Node(child) if at < inside[0].start && inside[count - 1].end < end => {
                    new.push(NodeOrToken::Node(self.node(child, at, inside, shift)?));
                }
                _ => return None,
            }
            shift += growth(inside);
            hunks = rest;
            at = end;
        }
        hunks.is_empty().then(|| GreenNode::new(node.kind(), new))
    }
}

/// Whether the hunks leave the first and the last token of a node alone.
fn between_its_ends(node: &GreenNodeData, start: usize, hunks: &[Hunk]) -> bool {
    let end = start + usize::from(node.text_len());
    let (Some(first), Some(last)) = (edge(node, false), edge(node, true)) else { return false };
    hunks.iter().all(|hunk| start + first <= hunk.start && hunk.end + last <= end)
}

/// The length of a node's first or last token.
fn edge(node: &GreenNodeData, last: bool) -> Option<usize> {
    let mut children = node.children();
    match if last { children.next_back()? } else { children.next()? } {
        NodeOrToken::Node(node) => edge(node, last),
        NodeOrToken::Token(token) => Some(usize::from(token.text_len())),
    }
}

/// A part of a text, parsed as the kind of node that it was.
fn alone(kind: rowan::SyntaxKind, text: &str) -> Option<GreenNode> {
    let (before, behind) = if is(kind, SyntaxKind::NODE_ATTRPATH_VALUE) {
        ("{", "}")
    } else if is(kind, SyntaxKind::NODE_PATTERN) {
        ("", ": 0")
    } else if [SyntaxKind::NODE_LIST, SyntaxKind::NODE_ATTR_SET, SyntaxKind::NODE_PAREN].iter().any(|k| is(kind, *k)) {
        ("", "")
    } else {
        return None;
    };
    let parsed = match (before, behind) {
        ("", "") => rnix::Root::parse(text),
        _ => rnix::Root::parse(&format!("{before}{text}{behind}")),
    };
    if !parsed.errors().is_empty() {
        return None;
    }
    let root = parsed.syntax();
    let mut node = root.green();
    // the file, then what was put around the part
    let steps = if before.is_empty() && behind.is_empty() { 1 } else { 2 };
    for _ in 0..steps {
        node = node.children().find_map(NodeOrToken::into_node)?;
    }
    let whole = node.kind() == kind && usize::from(node.text_len()) == text.len();
    whole.then(|| node.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hunk(before: &str, old: &str, new: &str) -> Hunk {
        let start = before.find(old).expect("it is there");
        Hunk { start, end: start + old.len(), insert: new.to_owned(), reason: String::new() }
    }

    /// The tree by parts, where there is one; it is that of the whole text.
    #[track_caller]
    fn by_parts(before: &str, hunks: &[(&str, &str)]) -> bool {
        let hunks: Vec<Hunk> = hunks.iter().map(|(old, new)| hunk(before, old, new)).collect();
        let mut after = String::new();
        let mut at = 0;
        for hunk in &hunks {
            after.push_str(&before[at..hunk.start]);
            after.push_str(&hunk.insert);
            at = hunk.end;
        }
        after.push_str(&before[at..]);
        let tree = rnix::Root::parse(before).syntax();
        let Some(new) = patched(tree.green(), &after, &hunks) else { return false };
        let whole = rnix::Root::parse(&after);
        assert_eq!(whole.errors(), [], "{after}");
        assert_eq!(new, whole.syntax().green().to_owned(), "{after}");
        true
    }

    const TEXT: &str = "{ inputs = { a.url = \"b\"; }; outputs = { self, ... }@inputs: let x = (f 1); in { y = [ ./a ]; \
                        z = rec { q = x; }; }; }";

    #[test]
    fn a_part_is_parsed_as_in_the_whole() {
        assert!(by_parts(TEXT, &[("./a ", "./a ./b ")]));
        assert!(by_parts(TEXT, &[("f 1", "f 1 { }")]));
        assert!(by_parts(TEXT, &[("self,", "self, llama-cpp,")]));
        assert!(by_parts(TEXT, &[("q = x", "q = x; r = y")]));
        assert!(by_parts(TEXT, &[("= x", "= x // { w = 1; }")]));
        assert!(by_parts(
            TEXT,
            &[("url = \"b\"", "url = \"c\""), ("self", "me"), ("1", "2"), ("./a", ""), ("x;", "1;")]
        ));
        assert!(by_parts(TEXT, &[(" }; outputs", " c.url = \"d\"; }; outputs")]));
    }

    #[test]
    fn what_reaches_out_of_its_part_is_left_to_the_whole() {
        for (old, new) in [
            ("./a ", "./a # "),
            ("./a ", "./a /* "),
            ("./a ", "] [ "),
            ("./a ", "( ./a ] [ "),
            ("./a ", "\" "),
            ("f 1", "f 1) (2"),
            ("f 1", "f 1 ]"),
            ("f 1", "f 1; g = 2"),
            ("q = x;", "q = x; } {"),
            ("self,", "self }: {"),
            ("{ inputs", "{ a = 1; inputs"),
            ("z = ", "z = 1; w = "),
            // rnix takes any token for a closing parenthesis
            ("f 1)", "f 1 ]"),
        ] {
            by_parts(TEXT, &[(old, new)]);
        }
        assert!(!by_parts("{ a = 1; } # b", &[("b", "c")]));
    }
}
