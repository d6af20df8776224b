//! The tree of a text after an edit, from the tree before it: only what stands between two neighbours in a list or a set,
//! or else the smallest bracket or binding around a hunk, is parsed.
//!
//! A hunk between the first and the last token of a list, a set, parentheses, a pattern or a binding reaches nothing
//! outside: what is before that first token and behind that last one is tokenised as it was, and a part that parses
//! without an error, to its end and to the same kind of node, stands in the whole as it stands alone. So do whole items
//! of a list or entries of a set, with blanks around them. Where this does not hold for some hunk there is no answer,
//! and the whole text is to be parsed.

use rnix::SyntaxKind::{self, *};
use rowan::{GreenNode, GreenNodeData, GreenToken, NodeOrToken};

use super::Source;
use crate::guard::{MAX_BYTES, Measured};
use crate::report::Hunk;

type GreenElement = NodeOrToken<GreenNode, GreenToken>;

/// The tree of `after`, which is the text of `before` with these hunks, and what the guard says of it.
pub(crate) fn patched(before: &Source, after: &str, hunks: &[Hunk]) -> Option<(GreenNode, Measured)> {
    if after.len() > MAX_BYTES {
        return None;
    }
    let mut patch = Patch { after, before: before.measured, measured: before.measured };
    let root = patch.node(before.root.green(), Place { start: 0, shift: 0 }, hunks)?;
    Some((root, patch.measured))
}

struct Patch<'t> {
    after: &'t str,
    /// What the guard said of the text before, and what it says with the parts so far.
    before: Measured,
    measured: Measured,
}

/// Where something starts in the text before, and by how much that has moved.
#[derive(Clone, Copy)]
struct Place {
    start: usize,
    shift: isize,
}

/// A word of a node (a node in it, or a token that is no blank and no comment).
struct Word {
    /// Which of the children it is.
    child: usize,
    start: usize,
    end: usize,
    is_node: bool,
}

/// What hunks change in a node.
struct Region {
    /// The words around it; between them is what is parsed. For a hunk in one word, the word and itself.
    before: usize,
    behind: usize,
    hunks: std::ops::Range<usize>,
}

fn is(kind: rowan::SyntaxKind, wanted: SyntaxKind) -> bool {
    kind.0 == wanted as u16
}

/// How much longer the text is by these hunks.
fn growth(hunks: &[Hunk]) -> isize {
    hunks.iter().map(|hunk| hunk.insert.len() as isize - (hunk.end - hunk.start) as isize).sum()
}

/// The node in a node that all these hunks lie in, which of the children it is, and where it starts.
fn around<'n>(node: &'n GreenNodeData, start: usize, hunks: &[Hunk]) -> Option<(usize, &'n GreenNodeData, usize)> {
    let (first, last) = (hunks.first()?, hunks.last()?);
    let mut at = start;
    for (index, child) in node.children().enumerate() {
        let start = at;
        at += match child {
            NodeOrToken::Node(node) => usize::from(node.text_len()),
            NodeOrToken::Token(token) => usize::from(token.text_len()),
        };
        if first.start < at {
            return child.into_node().filter(|_| start < first.start && last.end < at).map(|node| (index, node, start));
        }
    }
    None
}

fn words(node: &GreenNodeData, start: usize) -> Vec<Word> {
    let mut at = start;
    let mut words = Vec::with_capacity(node.children().len());
    words.extend(node.children().enumerate().filter_map(|(index, child)| {
        let start = at;
        let (length, is_node, is_word) = match child {
            NodeOrToken::Node(node) => (node.text_len(), true, true),
            NodeOrToken::Token(token) => {
                let trivia = is(token.kind(), TOKEN_WHITESPACE) || is(token.kind(), TOKEN_COMMENT);
                (token.text_len(), false, !trivia)
            }
        };
        at += usize::from(length);
        is_word.then_some(Word { child: index, start, end: at, is_node })
    }));
    words
}

/// The regions that hunks change, in order; none when a hunk reaches out of the node.
fn regions(words: &[Word], hunks: &[Hunk]) -> Option<Vec<Region>> {
    let mut regions: Vec<Region> = Vec::new();
    for (index, hunk) in hunks.iter().enumerate() {
        let next = words.partition_point(|word| word.end <= hunk.start);
        let inside = words.get(next).is_some_and(|word| word.is_node && word.start < hunk.start && hunk.end < word.end);
        let behind = words.partition_point(|word| word.start < hunk.end.max(hunk.start));
        let (before, behind) = if inside { (next, next) } else { (next.checked_sub(1)?, behind.max(next)) };
        if behind == words.len() {
            return None;
        }
        let same = |last: &&mut Region| {
            let one_word = last.before == last.behind && inside && last.before == before;
            let one_gap = last.before < last.behind && before < last.behind;
            let half_in_the_last = last.before == last.behind && !inside && before < last.before;
            one_word || one_gap || half_in_the_last
        };
        match regions.last_mut().filter(same) {
            Some(last) => {
                last.before = last.before.min(before);
                last.behind = last.behind.max(behind);
                last.hunks.end = index + 1;
            }
            None => regions.push(Region { before, behind, hunks: index..index + 1 }),
        }
    }
    Some(regions)
}

impl<'t> Patch<'t> {
    /// A node that all these hunks lie in.
    fn node(&mut self, node: &GreenNodeData, place: Place, hunks: &[Hunk]) -> Option<GreenNode> {
        if let Some(new) = self.parts(node, place, hunks) {
            return Some(new);
        }
        if !between_its_ends(node, place.start, hunks) {
            return None;
        }
        let end = place.start + usize::from(node.text_len());
        alone(node.kind(), self.text(place.start, place.shift, end, place.shift + growth(hunks))?)
    }

    /// A part of the text after, if the parser can read it without danger.
    fn text(&mut self, start: usize, shift: isize, end: usize, end_shift: isize) -> Option<&'t str> {
        let part = self.after.get(start.checked_add_signed(shift)?..end.checked_add_signed(end_shift)?)?;
        self.measured = self.before.with_part(self.measured, part)?;
        Some(part)
    }

    /// The node with those of its parts made anew that the hunks lie in.
    fn parts(&mut self, node: &GreenNodeData, place: Place, hunks: &[Hunk]) -> Option<GreenNode> {
        if let Some((index, child, start)) = around(node, place.start, hunks) {
            let new = self.node(child, Place { start, ..place }, hunks)?;
            return Some(node.replace_child(index, new.into()));
        }
        let words = words(node, place.start);
        let mut children = node.children().map(|child| child.to_owned());
        let mut new: Vec<GreenElement> = Vec::with_capacity(node.children().len());
        let mut shift = place.shift;
        let mut taken = 0;
        for region in regions(&words, hunks)? {
            let hunks = &hunks[region.hunks];
            let (before, behind) = (&words[region.before], &words[region.behind]);
            if region.before == region.behind {
                new.extend(children.by_ref().take(before.child - taken));
                let Some(NodeOrToken::Node(child)) = children.next() else { return None };
                new.push(self.node(&child, Place { start: before.start, shift }, hunks)?.into());
                taken = before.child + 1;
            } else {
                let text = self.text(before.end, shift, behind.start, shift + growth(hunks))?;
                let last = region.behind + 1 == words.len();
                // between `rec` and `{` stands nothing
                if region.before == 0 && before.end - before.start > 1 {
                    return None;
                }
                // up to the word before, which the region before this one may have made anew
                new.extend(children.by_ref().take((before.child + 1).saturating_sub(taken)));
                new.extend(between(node.kind(), text, region.before == 0, last)?);
                let old = behind.child - (before.child + 1).max(taken);
                children.by_ref().take(old).for_each(drop);
                taken = behind.child;
            }
            shift += growth(hunks);
        }
        new.extend(children);
        Some(GreenNode::new(node.kind(), new))
    }
}

/// What stands between two words of a list or a set, parsed: whole items or entries, apart from their neighbours.
fn between(kind: rowan::SyntaxKind, text: &str, is_first: bool, is_last: bool) -> Option<Vec<GreenElement>> {
    let brackets = match kind {
        kind if is(kind, NODE_LIST) => ["[", "]"],
        kind if is(kind, NODE_ATTR_SET) => ["{", "}"],
        _ => return None,
    };
    let blank = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    let apart = |end: Option<u8>, bracket: bool| bracket || end.is_some_and(blank);
    if !apart(text.bytes().next(), is_first) || !apart(text.bytes().next_back(), is_last) {
        return None;
    }
    if text.bytes().all(blank) {
        let kind = rowan::SyntaxKind(TOKEN_WHITESPACE as u16);
        let token = (!text.is_empty()).then(|| GreenToken::new(kind, text).into());
        return Some(token.into_iter().collect());
    }
    let node = parsed(brackets[0], text, brackets[1], 1, kind, text.len() + 2)?;
    let inner = node.children().len().checked_sub(2)?;
    Some(node.children().skip(1).take(inner).map(|child| child.to_owned()).collect())
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
    let (before, behind, depth) = match kind {
        kind if is(kind, NODE_LIST) || is(kind, NODE_ATTR_SET) || is(kind, NODE_PAREN) => ("", "", 1),
        kind if is(kind, NODE_ATTRPATH_VALUE) => ("{", "}", 2),
        kind if is(kind, NODE_PATTERN) => ("", ": 0", 2),
        _ => return None,
    };
    parsed(before, text, behind, depth, kind, text.len())
}

/// A text between two others, parsed without an error: the first node so deep, if it is of this kind and length.
fn parsed(
    before: &str,
    text: &str,
    behind: &str,
    depth: usize,
    kind: rowan::SyntaxKind,
    length: usize,
) -> Option<GreenNode> {
    let parsed = match (before, behind) {
        ("", "") => rnix::Root::parse(text),
        _ => rnix::Root::parse(&[before, text, behind].concat()),
    };
    if !parsed.errors().is_empty() {
        return None;
    }
    let root = parsed.syntax();
    let mut node = root.green();
    for _ in 0..depth {
        node = node.children().find_map(NodeOrToken::into_node)?;
    }
    (node.kind() == kind && usize::from(node.text_len()) == length).then(|| node.to_owned())
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
        if hunks.windows(2).any(|two| two[1].start < two[0].end) {
            return false;
        }
        let mut after = String::new();
        let mut at = 0;
        for hunk in &hunks {
            after.push_str(&before[at..hunk.start]);
            after.push_str(&hunk.insert);
            at = hunk.end;
        }
        after.push_str(&before[at..]);
        let measured = crate::guard::check(before).expect("it can be parsed");
        let source = Source::new("flake.nix", before, rnix::Root::parse(before).syntax(), measured);
        let Some((new, _)) = patched(&source, &after, &hunks) else { return false };
        let whole = rnix::Root::parse(&after);
        assert_eq!(whole.errors(), [], "{before}\n{after}");
        assert_eq!(new, whole.syntax().green().to_owned(), "{after}");
        true
    }

    #[test]
    fn neighbours_and_brackets_stay_what_they_are() {
        let text =
            "{ a = [ ./a b { } (c) ]; inherit d; e = { f = 1; g = 2; # h\n i = 3; }; j = [ ]; k = { }; l = rec { }; }";
        for (old, new) in [
            (" b", " l b"),
            (" b", "l b"),
            (" b ", " l"),
            ("b ", "b.l "),
            ("b ", "b or l "),
            ("b ", "b: "),
            ("b ", "b @ "),
            ("b ", "b # l\n "),
            ("b ", "b # l "),
            ("b ", ""),
            ("./a b", "\n"),
            ("{ }", "{ }:"),
            ("{ } (", " ("),
            ("(c) ", "(c)"),
            ("(c) ", "(c)./l"),
            ("(c) ]", "]"),
            ("f = 1;", ""),
            ("f = 1;", "f = 1; l = 4;"),
            ("f = 1;", "f = 1; l = 4"),
            ("f = 1; g", "g"),
            ("f = 1; g = 2;", "f, g"),
            ("f = 1; g = 2; # h\n i = 3;", "..."),
            ("2; ", "2;l = 4;"),
            ("# h\n ", "# h "),
            ("# h\n ", ""),
            (" # h\n i", "i"),
            ("inherit d;", "inherit d; /* l */"),
            ("inherit d;", "inherit d l;"),
            ("inherit d;", "inherit d; l"),
            ("[ ];", "[ l ];"),
            ("[ ];", "[];"),
            ("k = { }", "k = { l }"),
            ("rec {", "rec m = 5; {"),
            ("rec {", "rec /* m */ {"),
            ("k = { }", "k = { }: l"),
            ("j = [ ", "j = [ ./${l} "),
        ] {
            by_parts(text, &[(old, new)]);
        }
        for (one, two) in
            [(" b", "{ }"), ("./a", " b"), ("1", " g"), ("; g", "2; #"), ("f = 1", "; g"), ("{ f", "f = 1;")]
        {
            for new in ["", " ", " 4", " l ", " 4; ", "m = 4;"] {
                by_parts(text, &[(one, new), (two, new)]);
                by_parts(text, &[(one, one), (two, new)]);
            }
        }
        assert!(by_parts(text, &[("b ", "b l "), ("(c)", "(c) \n"), ("1; ", "1; l = 4; "), ("[ ]", "[ l ]")]));
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
