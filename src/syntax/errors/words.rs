//! The wording, situation by situation.

use rnix::SyntaxKind::*;
use rnix::{SyntaxKind, T};

use super::brackets::{Opener, Openers, unclosed};
use super::tokens::Tokens;
use super::{Found, Message, What};

/// The token `at` is the one that rnix did not expect; beyond the last one: the end of the file.
pub(super) fn explain(tokens: &Tokens<'_>, at: usize, found: Found) -> Message {
    let openers = Openers::before(tokens, at);
    let here = Here { tokens, at, openers };
    match &found.what {
        What::TooDeep => {
            let message = Message::new(0..0, "the brackets of this file are nested too deep to be read");
            return message.hint("Perhaps some are not closed; else put inner parts into files of their own.");
        }
        What::DoubleBind => {
            let message = Message::new(here.range(), "the arguments have a name (`@`) on both sides");
            return message.hint("Keep one of them.");
        }
        What::Duplicate(name) => {
            return Message::new(here.range(), format!("the argument `{name}` is there twice"));
        }
        _ => {}
    }
    match here.got() {
        None => here.end_of_file(&found),
        Some(TOKEN_ERROR) => here.stray(),
        Some(_) if matches!(found.what, What::Extra) => here.after_the_end(),
        Some(_) if found.wants(T![;]) => here.semicolon(),
        Some(_) if found.wants(T![=]) => here.assignment(),
        Some(_) if found.wants(T![:]) => here.colon(),
        Some(_) if found.wants(T![then]) => here.half_an_if("then"),
        Some(_) if found.wants(T![else]) => here.half_an_if("else"),
        Some(_) if found.wants_argument() => here.argument(),
        Some(_) if found.wants_name() => here.name(),
        Some(_) if found.wants_value() => here.value(),
        Some(_) => here.unexpected("does not belong here"),
    }
}

/// The place of the error.
struct Here<'a> {
    tokens: &'a Tokens<'a>,
    at: usize,
    openers: Openers,
}

impl Here<'_> {
    fn got(&self) -> Option<SyntaxKind> {
        self.tokens.kind(self.at)
    }

    fn previous(&self) -> Option<SyntaxKind> {
        self.at.checked_sub(1).and_then(|index| self.tokens.kind(index))
    }

    fn text(&self) -> &str {
        self.tokens.text(self.at)
    }

    fn previous_text(&self) -> &str {
        self.at.checked_sub(1).map_or("", |index| self.tokens.text(index))
    }

    fn range(&self) -> std::ops::Range<usize> {
        self.tokens.range(self.at)
    }

    fn inside(&self) -> Option<SyntaxKind> {
        self.openers.innermost().map(|opener| opener.kind)
    }

    /// Something is missing behind the token before this one.
    fn missing(&self, message: impl Into<String>) -> Message {
        match self.at.checked_sub(1) {
            Some(index) => Message::new(self.tokens.behind(index), message),
            None => Message::new(0..0, message),
        }
    }

    fn unexpected(&self, why: &str) -> Message {
        Message::new(self.range(), format!("this `{}` {why}", self.text()))
    }

    fn end_of_file(&self, found: &Found) -> Message {
        if self.tokens.len() == 0 {
            return Message::new(0..0, "there is no Nix in this file");
        }
        let after_arguments = found.wants(T![:]) && self.openers.stack.is_empty();
        if after_arguments {
            return self.colon();
        }
        if let Some(opener) =
            self.openers.suspect.filter(|_| !self.openers.stack.is_empty()).or(self.openers.innermost())
        {
            return unclosed(self.tokens, opener, None);
        }
        self.missing(format!("the file ends where a value is missing, after `{}`", self.previous_text()))
    }

    fn after_the_end(&self) -> Message {
        match self.got() {
            Some(T![;]) => self.unexpected("stands after the file's only expression").hint("Delete it."),
            Some(T![=]) => Message::new(
                self.tokens.range(self.tokens.path_start(self.at)),
                "this binding stands outside of braces",
            )
            .hint("The bindings of a file stand in `{ … }`: is one missing before, or is there a `}` too many?"),
            _ => self
                .unexpected("stands after the file's only expression")
                .hint("Is there a closing bracket too many before it, or a `:` missing?"),
        }
    }

    fn stray(&self) -> Message {
        let text = self.text();
        let first = text.chars().next().unwrap_or_default();
        let message = |message: &str| Message::new(self.range(), message);
        match first {
            '/' if text.starts_with("/*") => message("this comment is not closed").hint("Its `*/` is missing."),
            '“' | '”' | '„' | '‟' | '«' | '»' | '‘' | '’' | '`' => {
                message(&format!("`{first}` is no quote that Nix knows")).hint("Strings are written with `\"`.")
            }
            '\'' => message("a single `'` begins nothing").hint("Strings are written with `\"`, or with two `'`."),
            '&' => message("a single `&` means nothing").hint("`&&` is \"and\"."),
            '|' => message("a single `|` means nothing").hint("`||` is \"or\"."),
            '$' => message("a single `$` means nothing").hint("A value is put into a string with `${…}`."),
            '0'..='9' => message("this number is not complete"),
            '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' => {
                message(&format!("there is an invisible character here (U+{:04X})", u32::from(first)))
                    .hint("Delete it.")
            }
            _ if text.len() > first.len_utf8() && text.ends_with('/') => {
                message("a path cannot end in `/`").hint("Delete the last `/`.")
            }
            _ if text.contains("//") => message("a path cannot hold `//`").hint("Write a single `/`."),
            _ => message(&format!("`{first}` means nothing in Nix")).hint("Delete it, or put it in quotes."),
        }
    }

    fn semicolon(&self) -> Message {
        match self.got() {
            Some(T![=]) => self.binding_without_end(),
            Some(T![,]) => self.unexpected("should be a `;`: bindings end with `;`"),
            Some(T![then] | T![else]) => self.unexpected("belongs to no `if`"),
            Some(T![<] | T![>] | T![<=] | T![>=] | T![==] | T![!=]) => {
                self.unexpected("follows another comparison").hint("Put parentheses around one of them.")
            }
            Some(T![:]) => self
                .unexpected("does not belong here")
                .hint("Before `:` stands the argument of a function: one name, or names in braces. A binding is `name = value;`."),
            _ => self.missing("a `;` is missing after this value"),
        }
    }

    /// `a = 1  b = 2;`: rnix reads `1 b` and stops at the second `=`.
    fn binding_without_end(&self) -> Message {
        let name = self.tokens.path_start(self.at);
        let Some(before) = name.checked_sub(1) else { return self.unexpected("does not belong here") };
        match self.tokens.kind(before) {
            Some(T![=]) => self
                .unexpected("is the second one of this binding")
                .hint("Is a `;` missing before it? To compare, write `==`."),
            Some(T![;]) => {
                let head =
                    (0..before).rev().find(|index| matches!(self.tokens.kind(*index), Some(T![with] | T![assert])));
                let start = head.unwrap_or(before);
                let head = self.tokens.source(start..before + 1);
                Message::new(self.tokens.behind(before), format!("the value is missing after `{head}`"))
            }
            _ => Message::new(self.tokens.behind(before), "a `;` is missing after this value"),
        }
    }

    fn assignment(&self) -> Message {
        let name = self.tokens.source(self.tokens.path_start(self.at)..self.at);
        match self.got() {
            Some(T![:]) => {
                self.unexpected("should be a `=`").hint(format!("Bindings are written as `{name} = value;`."))
            }
            Some(T![;] | T!['}'] | T![,]) => self
                .missing(format!("`{name}` has no value"))
                .hint(format!("Write `{name} = value;`, or `inherit {name};` to take it from outside.")),
            _ => self.missing(format!("a `=` is missing after `{name}`")),
        }
    }

    fn colon(&self) -> Message {
        self.missing("a `:` is missing after the function's arguments")
            .hint("Names in braces without `=` are the arguments of a function: `{ a, b }: …`.")
    }

    fn half_an_if(&self, word: &str) -> Message {
        let line = (0..self.at)
            .rev()
            .find(|index| self.tokens.kind(*index) == Some(T![if]))
            .map(|index| self.tokens.line(index));
        let line = line.map(|line| format!(" of line {line}")).unwrap_or_default();
        self.missing(format!("the `if`{line} has no `{word}`")).hint("It is always `if … then … else …`.")
    }

    fn argument(&self) -> Message {
        let after_dots = self.previous() == Some(T![...]);
        match self.got() {
            Some(T![,]) if after_dots => {
                self.unexpected("stands after `...`").hint("`...` is the last of the arguments.")
            }
            Some(T![,]) => self.unexpected("is one too many").hint("Delete it."),
            Some(T![;]) => self.unexpected("should be a `,`: arguments are separated by `,`"),
            Some(T![=]) => {
                self.unexpected("should be a `?`").hint("An argument's default is written as `name ? value`.")
            }
            Some(TOKEN_IDENT | T![...]) => self.missing("a `,` is missing between these arguments"),
            _ => self.unexpected("is not the name of an argument").hint("Arguments are names: `{ a, b ? 1, ... }:`."),
        }
    }

    fn name(&self) -> Message {
        if self.previous() == Some(T![.]) {
            return self.missing("a name is missing after this `.`");
        }
        if self.in_inherit() {
            return match self.got() {
                Some(T![,]) => self.unexpected("should be a blank: names after `inherit` are separated by blanks"),
                Some(T![=]) => Message::new(
                    self.tokens.behind(self.tokens.path_start(self.at).saturating_sub(1)),
                    "a `;` is missing after this `inherit`",
                ),
                _ => self.missing("a `;` is missing after this `inherit`"),
            };
        }
        match self.got() {
            Some(T![;] | T![,]) => self.unexpected("is one too many").hint("Delete it."),
            Some(T![let]) => {
                self.unexpected("stands inside of the braces").hint("It stands before them: `let … in { … }`.")
            }
            Some(T![=]) => self.unexpected("has no name before it"),
            Some(T![if] | T![then] | T![else] | T![with] | T![assert] | T![in] | T![rec]) => self
                .unexpected("is a word of Nix's own, not a name")
                .hint(format!("As a name it needs quotes: `\"{}\"`.", self.text())),
            Some(TOKEN_INTEGER | TOKEN_FLOAT) => self
                .unexpected("is a number, not a name")
                .hint(format!("As a name it needs quotes: `\"{}\"`.", self.text())),
            _ => self
                .unexpected("stands where a binding is expected")
                .hint("In braces stand bindings: `name = value;`. Values alone stand in a list: `[ a b ]`."),
        }
    }

    /// Whether this stands among the names after `inherit`.
    fn in_inherit(&self) -> bool {
        let outside = (0..self.at).rev().find(|index| {
            !matches!(
                self.tokens.kind(*index),
                Some(TOKEN_IDENT | T![or] | T![,] | TOKEN_STRING_START | TOKEN_STRING_CONTENT | TOKEN_STRING_END)
            )
        });
        let Some(outside) = outside else { return false };
        match self.tokens.kind(outside) {
            Some(T![inherit]) => true,
            Some(T![')']) => {
                let mut depth = 0;
                let open = (0..=outside).rev().find(|index| {
                    match self.tokens.kind(*index) {
                        Some(T![')']) => depth += 1,
                        Some(T!['(']) => depth -= 1,
                        _ => {}
                    }
                    depth == 0
                });
                open.and_then(|open| open.checked_sub(1)).and_then(|before| self.tokens.kind(before))
                    == Some(T![inherit])
            }
            _ => false,
        }
    }

    fn value(&self) -> Message {
        let got = self.got();
        if self.inside() == Some(T!['[']) {
            return self.element();
        }
        match self.previous() {
            Some(T![=]) if got == Some(T![=]) => {
                self.unexpected("is one too many").hint("To compare, write `==` between two values.")
            }
            Some(T![=]) => {
                let name = self.tokens.source(self.tokens.path_start(self.at - 1)..self.at - 1);
                self.missing(format!("`{name}` has no value"))
            }
            Some(T!['(']) if got == Some(T![')']) => self.missing("these parentheses are empty"),
            Some(T![:]) => self.missing("the function has no body after this `:`"),
            Some(before) if asks_for_value(before) => {
                self.missing(format!("a value is missing after `{}`", self.previous_text()))
            }
            _ => self.unexpected("stands where a value is expected"),
        }
    }

    fn element(&self) -> Message {
        let parentheses = "Put parentheses around the whole element.";
        match self.got() {
            Some(T![,]) => {
                self.unexpected("should be a blank: the elements of a list are separated by blanks").hint("Delete it.")
            }
            Some(T![let] | T![if] | T![with] | T![assert] | T![!] | T![:] | T![?]) => {
                self.unexpected("cannot stand in a list like this").hint(parentheses)
            }
            Some(kind) if asks_for_value(kind) => self.unexpected("cannot stand in a list like this").hint(parentheses),
            _ => match self.openers.innermost() {
                Some(opener @ Opener { kind: T!['['], .. }) => unclosed(self.tokens, opener, Some(self.at)),
                _ => self.unexpected("does not belong in a list"),
            },
        }
    }
}

fn asks_for_value(kind: SyntaxKind) -> bool {
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
            | T![!]
            | T![if]
            | T![then]
            | T![else]
            | T![with]
            | T![assert]
            | T![in]
            | T![?]
            | T!['(']
            | T![;]
            | TOKEN_INTERPOL_START
    )
}
