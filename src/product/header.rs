//! The first lines of a generated file: what it is, and how to change it.

use super::text;
use crate::kind::MachineKind;

/// In the first lines of every file that we write.
const MARK: &str = "Made with Llamafleet";

/// What a file is that we write as a whole. Its first line says so, wherever the file lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Generated {
    Overlay,
    Module,
    /// What one machine, home or Mac sets.
    Machine(MachineKind),
    /// What extends those of a kind by name.
    Wrapper(MachineKind),
}

impl Generated {
    fn all() -> impl Iterator<Item = Generated> {
        let of_kinds =
            MachineKind::ALL.into_iter().flat_map(|kind| [Generated::Machine(kind), Generated::Wrapper(kind)]);
        [Generated::Overlay, Generated::Module].into_iter().chain(of_kinds)
    }

    /// What the first line begins with, behind its `#`.
    pub fn title(self) -> &'static str {
        match self {
            Generated::Overlay => "An overlay: llama.cpp from its own flake, built for one machine.",
            Generated::Module => "A NixOS module: `llama.variant = \"…\";` gives a machine its llama.cpp.",
            Generated::Machine(MachineKind::NixOs) => "llama.cpp on the machine",
            Generated::Machine(MachineKind::Home) => "llama.cpp in the home",
            Generated::Machine(MachineKind::Darwin) => "llama.cpp on the Mac",
            Generated::Wrapper(MachineKind::NixOs) => "The fleet's systems, those that run llama.cpp extended by it.",
            Generated::Wrapper(MachineKind::Home) => "The fleet's homes, those that run llama.cpp extended by it.",
            Generated::Wrapper(MachineKind::Darwin) => "The fleet's Macs, those that run llama.cpp extended by it.",
        }
    }

    /// What a file of ours is, by its first line.
    pub fn of(text: &str) -> Option<Generated> {
        let first = text.trim_start_matches('\u{feff}').strip_prefix("# ")?;
        Generated::all().find(|kind| first.starts_with(kind.title()))
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
