//! How deep the parser would go.

use rnix::SyntaxKind::{self, *};
use rnix::T;

use super::{Refusal, Token, place, refusal};

/// How many brackets, `let`s and interpolations may be open at once. A browser's worker overflows at about 330
/// parentheses; the deepest of a thousand files of nixpkgs has 17.
const MAX_NESTING: usize = 64;

/// How many operators, arguments, lambdas and the like may hang on each other. A worker overflows at about 3,900;
/// the longest chain in a thousand files of nixpkgs has 157 links.
const MAX_CHAIN: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Frame {
    List,
    Paren,
    /// `{ … }` of bindings, or a `let` up to its `in`.
    Bindings(Open),
    /// `{ … }` of a function's arguments.
    Pattern,
    Interpolation,
    /// The file itself.
    Root,
}

/// What is between the last `;` and the next.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Open {
    Nothing,
    Inherit,
    Value,
}

struct Level {
    frame: Frame,
    start: u32,
    /// What opened since the last `;` or `,` and is not done.
    chain: usize,
    /// How many `with` and `assert` wait for their `;`.
    heads: usize,
}

struct Scan<'a> {
    text: &'a str,
    tokens: &'a [Token],
    levels: Vec<Level>,
    /// The sum of all levels' chains.
    chain: usize,
    deepest: Deepest,
}

/// The most that is open at once, of brackets and of links.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Deepest {
    pub nesting: usize,
    pub chain: usize,
    /// Whether nothing is open at the end.
    pub is_closed: bool,
}

/// Walks over the tokens and refuses where they nest or chain beyond the limits; the answer is how far they do.
pub(super) fn check(text: &str, tokens: &[Token]) -> Result<Deepest, Refusal> {
    let root = Level { frame: Frame::Root, start: 0, chain: 0, heads: 0 };
    let mut scan = Scan { text, tokens, levels: vec![root], chain: 0, deepest: Deepest::default() };
    (0..tokens.len()).try_for_each(|index| scan.step(index))?;
    Ok(Deepest { is_closed: scan.levels.len() == 1, ..scan.deepest })
}

impl Scan<'_> {
    fn kind(&self, index: usize) -> Option<SyntaxKind> {
        self.tokens.get(index).map(|token| token.0)
    }

    fn step(&mut self, index: usize) -> Result<(), Refusal> {
        let (kind, start) = self.tokens[index];
        let previous = index.checked_sub(1).and_then(|index| self.kind(index));
        if self.is_argument(kind, previous) || is_link(kind) {
            self.lengthen(start)?;
        }
        match kind {
            T!['['] => self.open(Frame::List, start)?,
            T!['('] => self.open(Frame::Paren, start)?,
            TOKEN_INTERPOL_START => self.open(Frame::Interpolation, start)?,
            T!['{'] => {
                let frame = if self.is_pattern(index) { Frame::Pattern } else { Frame::Bindings(Open::Nothing) };
                self.open(frame, start)?;
            }
            T![let] if self.kind(index + 1) != Some(T!['{']) => {
                self.open(Frame::Bindings(Open::Nothing), start)?;
            }
            T![']'] => self.close(Frame::List, previous),
            T![')'] => self.close(Frame::Paren, previous),
            TOKEN_INTERPOL_END => self.close(Frame::Interpolation, previous),
            T!['}'] => {
                self.close(Frame::Pattern, previous);
                self.close(Frame::Bindings(Open::Nothing), previous);
            }
            T![in] => {
                self.close(Frame::Bindings(Open::Nothing), previous);
                self.lengthen(start)?;
            }
            T![=] => self.bind(Open::Value),
            T![inherit] => self.bind(Open::Inherit),
            T![;] => self.end_binding(previous),
            T![,] => self.end_argument(previous),
            _ => {}
        }
        if let (T![with] | T![assert], Some(level)) = (kind, self.levels.last_mut()) {
            level.heads += 1;
        }
        Ok(())
    }

    fn open(&mut self, frame: Frame, start: u32) -> Result<(), Refusal> {
        self.levels.push(Level { frame, start, chain: 0, heads: 0 });
        self.deepest.nesting = self.deepest.nesting.max(self.levels.len() - 1);
        if self.levels.len() <= MAX_NESTING + 1 {
            return Ok(());
        }
        let (line, _) = place(self.text, self.levels.get(MAX_NESTING / 2).map_or(0, |level| level.start as usize));
        Err(refusal(
            self.text,
            start as usize..start as usize + 1,
            format!("more than {MAX_NESTING} brackets are open here"),
            format!(
                "Perhaps brackets from line {line} on are not closed; else put the inner part into a file of its own."
            ),
        ))
    }

    /// Closes the innermost bracket if it is of this kind, and if the parser is sure to see it closed.
    fn close(&mut self, frame: Frame, previous: Option<SyntaxKind>) {
        let Some(level) = self.levels.last() else { return };
        let swallowed = level.frame != frame || previous.is_some_and(awaits_more);
        // What a set's `}` follows is a `;`: after anything else the parser goes on to look for one.
        let unfinished = matches!(frame, Frame::Bindings(_)) && !matches!(previous, Some(T![;] | T!['{'] | T![let]));
        if swallowed || unfinished {
            return;
        }
        self.chain -= level.chain;
        self.levels.pop();
    }

    fn lengthen(&mut self, start: u32) -> Result<(), Refusal> {
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        level.chain += 1;
        self.chain += 1;
        self.deepest.chain = self.deepest.chain.max(self.chain);
        if self.chain <= MAX_CHAIN {
            return Ok(());
        }
        Err(refusal(
            self.text,
            start as usize..start as usize + 1,
            format!("more than {MAX_CHAIN} operators, arguments or function heads hang on each other here"),
            "Give names to its parts with `let … in`, or put them into a list.",
        ))
    }

    fn bind(&mut self, open: Open) {
        if let Some(Level { frame: Frame::Bindings(now), .. }) = self.levels.last_mut() {
            *now = open;
        }
    }

    fn end_binding(&mut self, previous: Option<SyntaxKind>) {
        let Some(level) = self.levels.last_mut() else { return };
        if level.heads > 0 {
            level.heads -= 1;
            return;
        }
        let Frame::Bindings(open) = &mut level.frame else { return };
        if previous.is_some_and(awaits_more) {
            return;
        }
        *open = Open::Nothing;
        self.chain -= level.chain;
        level.chain = 0;
    }

    fn end_argument(&mut self, previous: Option<SyntaxKind>) {
        let Some(level) = self.levels.last_mut() else { return };
        if level.frame == Frame::Pattern && !previous.is_some_and(awaits_more) {
            self.chain -= level.chain;
            level.chain = 0;
        }
    }

    /// Whether the token begins an argument of a function call (which nests in the tree, to the left).
    fn is_argument(&self, kind: SyntaxKind, previous: Option<SyntaxKind>) -> bool {
        let frame = self.levels.last().map(|level| level.frame);
        let flat = matches!(frame, Some(Frame::List | Frame::Bindings(Open::Inherit)));
        !flat && kind.is_fn_arg() && previous.is_some_and(ends_value)
    }

    /// rnix's own rule: the two tokens after the `{` decide. `{` after `@` is a pattern, too.
    fn is_pattern(&self, index: usize) -> bool {
        let after_at = index.checked_sub(1).and_then(|index| self.kind(index)) == Some(T![@]);
        after_at
            || matches!(
                (self.kind(index + 1), self.kind(index + 2)),
                (Some(TOKEN_IDENT), Some(T![,] | T![?] | T!['}']))
                    | (Some(T![...]), Some(T!['}']))
                    | (Some(T!['}']), Some(T![:] | T![@]))
            )
    }
}

/// Tokens that open one more level until the expression ends: operators, function heads, `if`, `with`, `assert`, `or`.
fn is_link(kind: SyntaxKind) -> bool {
    matches!(kind, T![:] | T![if] | T![with] | T![assert] | T![or] | T![?] | T![!]) || is_operator(kind)
}

fn is_operator(kind: SyntaxKind) -> bool {
    matches!(
        kind,
        T![+]
            | T![-]
            | T![*]
            | T![/]
            | T![++]
            | T!["//"]
            | T![&&]
            | T![||]
            | T![->]
            | T![==]
            | T![!=]
            | T![<]
            | T![<=]
            | T![>]
            | T![>=]
            | T!["|>"]
            | T!["<|"]
    )
}

/// After these the parser takes the next token for a value or a name, whatever it is.
fn awaits_more(kind: SyntaxKind) -> bool {
    is_operator(kind)
        || matches!(
            kind,
            T![.]
                | T![=]
                | T![:]
                | T![@]
                | T![?]
                | T![!]
                | T!['(']
                | T![if]
                | T![then]
                | T![else]
                | T![with]
                | T![assert]
                | T![in]
                | TOKEN_INTERPOL_START
        )
}

fn ends_value(kind: SyntaxKind) -> bool {
    kind.is_literal()
        || matches!(kind, TOKEN_IDENT | T![or] | TOKEN_STRING_END | TOKEN_INTERPOL_END | T![']'] | T![')'] | T!['}'])
}
