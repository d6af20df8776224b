//! How deep the parser would go, and how often the tokenizer would look at the same characters.

use rnix::SyntaxKind::{self, *};
use rnix::T;

use super::{Measured, Parentheses, Refusal, place, refusal};

/// How many brackets, `let`s and interpolations may be open at once. A browser's worker overflows at about 330
/// parentheses; the deepest of a thousand files of nixpkgs has 17.
const MAX_NESTING: usize = 64;

/// How many operators, arguments, lambdas and the like may hang on each other. A worker overflows at about 3,900;
/// the longest chain in a thousand files of nixpkgs has 157 links.
const MAX_CHAIN: usize = 512;

/// How many characters the tokenizer may look ahead over, all in all: some tens of milliseconds.
const MAX_LOOKAHEAD: usize = 8_000_000;

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
    start: usize,
    /// What opened since the last `;` or `,` and is not done.
    chain: usize,
    /// How many `with` and `assert` wait for their `;`.
    heads: usize,
}

/// What stands around a token.
#[derive(Clone, Copy)]
struct Around {
    previous: Option<SyntaxKind>,
    next: [Option<SyntaxKind>; 2],
}

struct Scan<'a> {
    text: &'a str,
    levels: Vec<Level>,
    /// The sum of all levels' chains.
    chain: usize,
    /// How many more parentheses opened than closed.
    parentheses: isize,
    has_torn_path: bool,
}

/// Walks over the tokens and refuses where they nest or chain beyond the limits.
pub(super) fn check(text: &str) -> Result<Measured, Refusal> {
    let root = Level { frame: Frame::Root, start: 0, chain: 0, heads: 0 };
    let mut scan = Scan { text, levels: vec![root], chain: 0, parentheses: 0, has_torn_path: false };
    let mut tokens = tokens(text);
    let mut previous = None;
    let [mut now, mut next, mut behind] = [tokens.next(), tokens.next(), tokens.next()];
    while let Some(token) = now {
        let Token { kind, start } = token?;
        let kind_of = |token: &Option<Result<Token, Refusal>>| token.as_ref()?.as_ref().ok().map(|token| token.kind);
        scan.step(kind, start, Around { previous, next: [kind_of(&next), kind_of(&behind)] })?;
        previous = Some(kind);
        (now, next, behind) = (next, behind, tokens.next());
    }
    Ok(Measured {
        parentheses: if scan.parentheses == 0 { Parentheses::Balanced } else { Parentheses::Unbalanced },
        has_torn_path: scan.has_torn_path,
    })
}

struct Token {
    kind: SyntaxKind,
    start: usize,
}

/// rnix's tokens that are no blanks and no comments; a refusal where the tokenizer has looked ahead too often.
fn tokens(text: &str) -> impl Iterator<Item = Result<Token, Refusal>> {
    // rnix has no word for a byte order mark
    let code = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = text.len() - code.len();
    let mut lookahead = 0;
    rnix::tokenize(code).filter_map(move |(kind, token)| {
        let start = at;
        at += token.len();
        if kind.is_trivia() {
            return None;
        }
        // what a string holds is not looked ahead over
        if kind != TOKEN_STRING_CONTENT {
            lookahead += run(&text[start..]);
        }
        if lookahead > MAX_LOOKAHEAD {
            return Some(Err(kept_busy(text, start)));
        }
        Some(Ok(Token { kind, start }))
    })
}

/// How many characters rnix's tokenizer looks at here, to tell paths from names.
fn run(text: &str) -> usize {
    let is_search_path = text.starts_with('<');
    let part = |byte: &u8| is_in_run(*byte) || is_search_path && matches!(byte, b'/' | b'<');
    text.bytes().take_while(part).count()
}

fn is_in_run(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'+' | b'-')
}

/// The tokenizer would look ahead over too much; `at` is where the guard noticed.
fn kept_busy(text: &str, at: usize) -> Refusal {
    let part = |byte: &u8| is_in_run(*byte) || matches!(byte, b'/' | b'<');
    let (before, behind) = text.as_bytes().split_at(at);
    let start = at - before.iter().rev().take_while(|byte| part(byte)).count();
    let run = start..at + behind.iter().take_while(|byte| part(byte)).count();
    refusal(
        text,
        run.clone(),
        format!("here are {} characters without a blank", run.len()),
        "Put blanks around the operators and dots, or the long text in quotes.",
    )
}

fn is_path(kind: SyntaxKind) -> bool {
    matches!(kind, TOKEN_PATH_ABS | TOKEN_PATH_HOME | TOKEN_PATH_REL)
}

impl Scan<'_> {
    fn step(&mut self, kind: SyntaxKind, start: usize, around: Around) -> Result<(), Refusal> {
        let previous = around.previous;
        if self.is_argument(kind, previous) || is_link(kind) {
            self.lengthen(start)?;
        }
        match kind {
            T!['['] => self.open(Frame::List, start)?,
            T!['('] => {
                self.parentheses += 1;
                self.open(Frame::Paren, start)?;
            }
            TOKEN_INTERPOL_START => {
                // no path holds a blank or the end of a comment
                let before = &self.text[..start];
                let is_apart = before.ends_with(char::is_whitespace) || before.ends_with("*/");
                self.has_torn_path |= previous.is_some_and(is_path) && is_apart;
                self.open(Frame::Interpolation, start)?;
            }
            T!['{'] => {
                let frame = if around.is_pattern() { Frame::Pattern } else { Frame::Bindings(Open::Nothing) };
                self.open(frame, start)?;
            }
            T![let] if around.next[0] != Some(T!['{']) => {
                self.open(Frame::Bindings(Open::Nothing), start)?;
            }
            T![']'] => self.close(Frame::List, previous),
            T![')'] => {
                self.parentheses -= 1;
                self.close(Frame::Paren, previous);
            }
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
            T![with] | T![assert] => self.await_body(),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, frame: Frame, start: usize) -> Result<(), Refusal> {
        self.levels.push(Level { frame, start, chain: 0, heads: 0 });
        if self.levels.len() <= MAX_NESTING + 1 {
            return Ok(());
        }
        let (line, _) = place(self.text, self.levels.get(MAX_NESTING / 2).map_or(0, |level| level.start));
        Err(refusal(
            self.text,
            start..start + 1,
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

    fn lengthen(&mut self, start: usize) -> Result<(), Refusal> {
        let Some(level) = self.levels.last_mut() else { return Ok(()) };
        level.chain += 1;
        self.chain += 1;
        if self.chain <= MAX_CHAIN {
            return Ok(());
        }
        Err(refusal(
            self.text,
            start..start + 1,
            format!("more than {MAX_CHAIN} operators, arguments or function heads hang on each other here"),
            "Give names to its parts with `let … in`, or put them into a list.",
        ))
    }

    /// After `with` and `assert` comes a `;` that ends no binding.
    fn await_body(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            level.heads += 1;
        }
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
        let is_flat = |level: &Level| matches!(level.frame, Frame::List | Frame::Bindings(Open::Inherit));
        kind.is_fn_arg() && previous.is_some_and(ends_value) && !self.levels.last().is_some_and(is_flat)
    }
}

impl Around {
    /// Whether a `{` here opens a pattern. rnix's own rule: the two tokens after it decide. `{` after `@` is one, too.
    fn is_pattern(self) -> bool {
        self.previous == Some(T![@])
            || matches!(
                self.next,
                [Some(TOKEN_IDENT), Some(T![,] | T![?] | T!['}'])]
                    | [Some(T![...]), Some(T!['}'])]
                    | [Some(T!['}']), Some(T![:] | T![@])]
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
