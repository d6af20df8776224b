//! The first lines of a generated file: what it is, and how to change it.

use super::text;

/// In the first lines of every file that we write.
const MARK: &str = "Made with Llamafleet";

/// What a file is that we write as a whole. Its first line says so, wherever the file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generated {
    Overlay,
    Module,
    Machine,
    Wrapper,
}

impl Generated {
    const ALL: [Generated; 4] = [Generated::Overlay, Generated::Module, Generated::Machine, Generated::Wrapper];

    /// What the first line begins with, behind its `#`.
    pub fn title(self) -> &'static str {
        match self {
            Generated::Overlay => "An overlay: llama.cpp from its own flake, built for one machine.",
            Generated::Module => "A NixOS module: `llama.variant = \"…\";` gives a machine its llama.cpp.",
            Generated::Machine => "llama.cpp on the machine",
            Generated::Wrapper => "The fleet's systems, those that run llama.cpp extended by it.",
        }
    }

    /// What a file of ours is, by its first line.
    pub fn of(text: &str) -> Option<Generated> {
        let first = text.trim_start_matches('\u{feff}').strip_prefix("# ")?;
        Generated::ALL.into_iter().find(|kind| first.starts_with(kind.title()))
    }
}

/// Whether we wrote a file as a whole, by its first lines.
pub(crate) fn is_marked(text: &str) -> bool {
    text.lines().take(8).any(|line| line.starts_with('#') && line.contains(MARK))
}

/// Adds the first lines of a generated file, which `what` says what it is. They say nothing of what was chosen: that
/// stands below them, and nowhere else.
pub(super) fn push_header(out: &mut String, what: &str) {
    const BACK: &str = "Made with Llamafleet. To change it, give Llamafleet this repository again and choose anew: it \
                        replaces what it wrote.";
    [what, BACK].iter().for_each(|words| text::push_comment(out, words, 0));
}
