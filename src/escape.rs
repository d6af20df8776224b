//! Every string of the user's that reaches Nix, a shell, or Markdown passes through here, and nowhere else.

use std::fmt;

/// Nix text: either written by us, or a string of the user's after escaping. Never raw user input.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nix(String);

impl Nix {
    /// A double-quoted Nix string with this content.
    pub fn string(text: &str) -> Nix {
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
                c => out.push(c),
            }
        }
        out.push('"');
        Nix(out)
    }

    /// One segment of an attribute path: bare where Nix allows it, else quoted.
    pub fn attr(name: &str) -> Nix {
        if is_identifier(name) { Nix(name.to_owned()) } else { Nix::string(name) }
    }

    /// A path literal, for instance `./machines/carbon.nix`; `relative` begins with `./` or `../`.
    /// Characters that a path literal cannot hold make it `./. + "/…"`, in parentheses.
    pub fn path(relative: &str) -> Nix {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+' | '/');
        if relative.chars().all(plain) && relative.contains('/') && !relative.ends_with('/') && !relative.contains("//")
        {
            Nix(relative.to_owned())
        } else {
            let rest = relative.strip_prefix("./").unwrap_or(relative);
            Nix(format!("(./. + {})", Nix::string(&format!("/{rest}"))))
        }
    }

    /// The text, safe to stand where an expression or a name stands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Nix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether Nix reads `name` as one identifier (and not as a keyword).
/// Source: the lexer's `ID` rule, `[a-zA-Z_][a-zA-Z0-9_'-]*`; `or` is only an identifier by accident of the grammar.
pub fn is_identifier(name: &str) -> bool {
    const KEYWORDS: [&str; 10] = ["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit", "or"];
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'\'' | b'-'))
        && !KEYWORDS.contains(&name)
}

/// A word of a POSIX shell command, quoted where needed.
pub fn shell(word: &str) -> String {
    let plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '=' | ',' | '@' | '%' | '+');
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// A Markdown code span that shows exactly `text` (line breaks become blanks, as in any code span).
pub fn markdown_code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ");
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A fenced Markdown block that shows exactly `text`.
pub fn markdown_block(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let newline = if text.ends_with('\n') { "" } else { "\n" };
    format!("{fence}{language}\n{text}{newline}{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolation_and_quotes_stay_text() {
        assert_eq!(Nix::string("${builtins.exec}").as_str(), r#""\${builtins.exec}""#);
        assert_eq!(Nix::string("\"; rm -rf").as_str(), r#""\"; rm -rf""#);
        assert_eq!(Nix::attr("a-b").as_str(), "a-b");
        assert_eq!(Nix::attr("with").as_str(), "\"with\"");
        assert_eq!(Nix::attr("nixos-24.11").as_str(), "\"nixos-24.11\"");
    }

    #[test]
    fn odd_paths_become_strings() {
        assert_eq!(Nix::path("./a/b.nix").as_str(), "./a/b.nix");
        assert_eq!(Nix::path("./my dir/b.nix").as_str(), "(./. + \"/my dir/b.nix\")");
    }

    #[test]
    fn shell_words_and_code_spans_keep_their_text() {
        assert_eq!(shell("a'b c"), r"'a'\''b c'");
        assert_eq!(shell(".#nixosConfigurations"), "'.#nixosConfigurations'");
        assert_eq!(markdown_code("a`b"), "``a`b``");
    }
}
