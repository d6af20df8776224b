//! What is wrong or doubtful in a machine's choices, before anything is generated.
//!
//! An error is a choice that cannot work; whatever merely is odd, slow or untested gets a warning or a note.

mod compare;
mod cpu;
mod gpu;
mod server;
mod switches;

pub use compare::{compare, compare_hint};

use super::reading::Verdict;
use crate::kind::MachineKind;
use crate::report::Severity;
use crate::request::{Install, Machine};

/// The processor family of a Nix system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Architecture {
    X86,
    Arm,
    Other,
}

impl Architecture {
    pub(super) fn of_system(system: &str) -> Architecture {
        match system.split('-').next().unwrap_or_default() {
            "x86_64" | "i686" | "i586" => Architecture::X86,
            "aarch64" | "armv7l" | "armv6l" => Architecture::Arm,
            _ => Architecture::Other,
        }
    }
}

/// Judges every choice of a NixOS machine that can be judged without knowing its hardware.
///
/// `system`: the Nix system the machine has in the end, for instance `x86_64-linux`.
pub fn judge(machine: &Machine, system: &str) -> Vec<Verdict> {
    judge_kind(MachineKind::NixOs, machine, system)
}

/// The same of a machine of any kind.
pub fn judge_kind(kind: MachineKind, machine: &Machine, system: &str) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    judge_system(kind, system, &mut verdicts);
    let architecture = Architecture::of_system(system);
    cpu::judge(&machine.cpu, architecture, system, &mut verdicts);
    gpu::judge(machine, architecture, system, &mut verdicts);
    if let Install::Home(user) = &machine.install {
        judge_user(user, &mut verdicts);
    }
    if let Some(server) = &machine.server {
        server::judge(kind, server, &mut verdicts);
    }
    switches::judge(machine, &mut verdicts);
    verdicts
}

fn judge_system(kind: MachineKind, system: &str, verdicts: &mut Vec<Verdict>) {
    let is_mac = system.ends_with("-darwin");
    let is_made_for = match kind {
        MachineKind::NixOs => matches!(system, "x86_64-linux" | "aarch64-linux"),
        MachineKind::Home => matches!(system, "x86_64-linux" | "aarch64-linux" | "aarch64-darwin" | "x86_64-darwin"),
        MachineKind::Darwin => matches!(system, "aarch64-darwin" | "x86_64-darwin"),
    };
    if is_made_for {
        return;
    }
    if is_mac && kind == MachineKind::NixOs {
        verdicts.push(
            error("system", "not-linux", format!("`{}` is macOS; NixOS machines run Linux.", shown(system)))
                .hint("x86_64-linux or aarch64-linux"),
        );
        return;
    }
    if !is_mac && kind == MachineKind::Darwin {
        let message = format!("`{}` is no macOS; nix-darwin runs on Macs.", shown(system));
        verdicts.push(error("system", "not-macos", message).hint("aarch64-darwin or x86_64-darwin"));
        return;
    }
    let message = format!("llama.cpp's flake is made for x86_64-linux and aarch64-linux, not for `{}`.", shown(system));
    verdicts.push(warning("system", "unusual-system", message));
}

/// A name that no Unix user can have is an error; one that NixOS's tools merely dislike, a warning.
fn judge_user(user: &str, verdicts: &mut Vec<Verdict>) {
    let impossible = user.is_empty()
        || user.starts_with('-')
        || user.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, ':' | '/' | ','));
    if impossible {
        let message = format!("`{}` cannot be the name of a user.", shown(user));
        verdicts.push(error("install.home", "bad-user-name", message).hint("the login name, for instance alice"));
        return;
    }
    let usual = user.len() <= 31 && user.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-$".contains(&b));
    if !usual {
        let message = format!("`{}` is an unusual user name: letters, digits, `_`, `.` and `-` are safe.", shown(user));
        verdicts.push(warning("install.home", "unusual-user-name", message));
    }
}

/// A user's text as it is shown in a message: shortened, without control characters and backticks.
pub(super) fn shown(text: &str) -> String {
    let mut plain: String = text.chars().take(60).map(|c| if c.is_control() || c == '`' { ' ' } else { c }).collect();
    if text.chars().count() > 60 {
        plain.push('…');
    }
    plain
}

fn error(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Verdict {
    verdict(Severity::Error, field, code, message)
}

fn warning(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Verdict {
    verdict(Severity::Warning, field, code, message)
}

fn note(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Verdict {
    verdict(Severity::Note, field, code, message)
}

fn verdict(severity: Severity, field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Verdict {
    Verdict { field: field.into(), severity, code: code.into(), message: message.into(), hint: None }
}

impl Verdict {
    fn hint(mut self, hint: impl Into<String>) -> Verdict {
        self.hint = Some(hint.into());
        self
    }
}
