//! The request's names, in the words of the page's form: a message may name what a program would write into a request.

/// The names as messages have them, and what the form calls the same. Longer names stand before those that they begin with.
const NAMES: [(&str, &str); 14] = [
    ("`options.input.follows`", "“Its nixpkgs”, under “Fleet”"),
    ("`options.input.name`", "the input's “Name”"),
    ("`options.input.url`", "the input's “URL”"),
    ("`options.paths.overlay`", "the path of the “Overlay”"),
    ("`options.paths.module`", "the path of the “Module”"),
    ("`options.paths.machine`", "the path of the “Machine”"),
    ("`options.paths`", "“Where the new files go”, under “Fleet”"),
    ("`options.remove`", "“Clean-up”, under “Fleet”"),
    ("mode `dispatch`, or `arm` with an architecture", "“I don't know”, or “An ARM architecture…”,"),
    ("mode `march` or `features`", "choose its CPU, or “Exactly these instructions…”"),
    ("mode `dispatch`", "choose “I don't know”"),
    ("mode `arm`", "choose “An ARM architecture…”"),
    ("mode `native`", "choose “Whatever the building machine has”"),
    ("`dispatch` runs on", "“I don't know” runs on"),
];

/// The text of a message as a person reads it who fills in the form.
pub(crate) fn in_form_words(text: &str) -> String {
    NAMES.iter().fold(text.to_owned(), |text, (name, words)| text.replace(name, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_the_forms_own_fields() {
        let words = in_form_words("To change it, choose `nixpkgs` with `options.input.follows`.");
        assert_eq!(words, "To change it, choose `nixpkgs` with “Its nixpkgs”, under “Fleet”.");
        assert_eq!(
            in_form_words("on ARM: mode `dispatch`, or `arm` with an architecture such as armv8.2-a"),
            "on ARM: “I don't know”, or “An ARM architecture…”, such as armv8.2-a"
        );
        assert!(!in_form_words("`options.paths.machine`, `options.paths` and `options.remove`").contains("options"));
    }
}
