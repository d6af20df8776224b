//! The contract's names, in the words of the page's form: a message may name what a program would write into a request.

use crate::report::Diagnostic;

/// The names as messages have them, and what the form calls the same. Longer names stand before those that they begin with.
const NAMES: [(&str, &str); 8] = [
    ("`options.input.follows`", "“Its nixpkgs”, under “Fleet”"),
    ("`options.input.name`", "the input's “Name”"),
    ("`options.input.url`", "the input's “URL”"),
    ("`options.paths.overlay`", "the path of the “Overlay”"),
    ("`options.paths.module`", "the path of the “Module”"),
    ("`options.paths.machine`", "the path of the “Machine”"),
    ("`options.paths`", "“Where the new files go”, under “Fleet”"),
    ("`options.remove`", "“Clean-up”, under “Fleet”"),
];

/// The diagnostic as the page says it.
pub fn of_form(mut told: Diagnostic) -> Diagnostic {
    told.message = in_words(&told.message);
    told.hint = told.hint.map(|hint| in_words(&hint));
    told
}

fn in_words(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (name, words)| text.replace(name, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_forms_own_fields() {
        let words = in_words("To change it, choose `nixpkgs` with `options.input.follows`.");
        assert_eq!(words, "To change it, choose `nixpkgs` with “Its nixpkgs”, under “Fleet”.");
        assert!(!in_words("`options.paths.machine`, `options.paths` and `options.remove`").contains("options"));
    }
}
