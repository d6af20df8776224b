//! The first lines of a generated file: what it is, which form it came from, and how to get back to that form.

use super::{Fleet, MachineSpec, text};
use crate::escape::Nix;
use crate::request::Style;

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

/// Adds the first lines of a generated file, which `what` says what it is.
///
/// `about` are the machines that the file is about: it need not change when another one does.
pub(super) fn push_header<'a>(
    out: &mut String,
    fleet: &'a Fleet,
    what: &str,
    about: impl Iterator<Item = (&'a String, &'a MachineSpec)>,
) {
    let mut made = String::with_capacity(128);
    made.push_str(MARK);
    made.push_str(match fleet.style {
        Style::Module => ": style module; ",
        Style::Overlay => ": style overlay; ",
    });
    for (index, (name, machine)) in about.enumerate() {
        made.push_str(if index > 0 { ", " } else { "" });
        Nix::push_attr(&mut made, name);
        made.push(' ');
        made.push_str(machine.request.variant.name());
    }
    made.push('.');
    let back = "To change it, give Llamafleet this repository again and choose anew: it replaces what it wrote.";
    [what, &made, back].iter().for_each(|words| text::push_comment(out, words, 0));
}
