//! Who else reads a machine: an edit is made where every reader sees it, or the plan says which one does not.

use super::Context;
use super::route::{Place, Route};
use crate::escape::Nix;
use crate::flake::diagnostic;
use crate::flake::machines::{Machine, ModulesSite};
use crate::flake::readers::{Reader, ReaderKind, Reads};
use crate::kind::{MachineKind, MachineName};
use crate::report::{Diagnostic, Severity};

/// Whether a file of the machine's can take in what needs the flake's inputs: all that read the file by itself get them.
pub(super) fn all_get_inputs(cx: &Context<'_, '_>, input: &str, path: &str) -> bool {
    let mut anew = cx.model.readers_of_file(path).filter(|reader| matches!(reader.reads, Reads::Anew(_)));
    anew.all(|reader| cx.model.reader_sees_input(reader, input) == Some(true))
}

/// The readers of a machine that would not see what is put into this place.
pub(super) fn left_out<'c>(cx: &Context<'c, '_>, machine: &'c Machine, place: &Place) -> Vec<&'c Reader> {
    let readers = cx.model.readers_of(machine).filter(|reader| !matches!(reader.kind, ReaderKind::ExportedModule(_)));
    readers.filter(|reader| !sees(cx, machine, place, reader)).collect()
}

fn sees(cx: &Context<'_, '_>, machine: &Machine, place: &Place, reader: &Reader) -> bool {
    match place {
        Place::OwnFile(source) => reader.sees_file(&source.path),
        Place::List(ModulesSite::List { extension: true, .. }) | Place::Value { .. } => {
            cx.model.sees_around_machine(reader, machine)
        }
        Place::List(site) => reader.sees_list(site.file(), site.node()) || takes_all_modules(machine, reader),
        Place::Wrapper => match cx.model.site_of_kind(machine.kind).and_then(|site| site.value()) {
            Some(_) => reader.sees_around_systems(),
            None => reader.sees_around_outputs(),
        },
        Place::ByHand => true,
    }
}

/// Whether a reader takes all that `nixosSystem` is given as `modules`, this place among it.
fn takes_all_modules(machine: &Machine, reader: &Reader) -> bool {
    let Reads::Anew(anew) = &reader.reads else { return true };
    anew.modules_of.iter().any(|known| known.kind == machine.kind && known.name == machine.name)
}

/// Says which readers of the chosen machines do not see what they are given, each at its own line.
pub(super) fn said<'r>(
    cx: &Context<'_, '_>,
    routes: impl Iterator<Item = (&'r MachineName, &'r Route)>,
) -> Vec<Diagnostic> {
    let mut found: Vec<Diagnostic> = Vec::new();
    for (name, route) in routes {
        let Some(machine) = cx.model.machine(name) else { continue };
        for reader in left_out(cx, machine, &route.place) {
            let (what, output) = (described(reader), name.kind.output());
            let message = format!(
                "{what} takes {name} from here, where it is not what the plan makes of it: it has no llama.cpp there"
            );
            let hint = Some(match &reader.kind {
                ReaderKind::DeployRs => format!(
                    "Let it take the finished system: `self.{output}.{}`. Then it has what {} has.",
                    Nix::attr(name.as_str()),
                    rebuilt_by(name.kind)
                ),
                _ => format!(
                    "Let it take `self.{output}.{}`, or import this {}'s new file there, too.",
                    Nix::attr(name.as_str()),
                    name.kind.word()
                ),
            });
            let code = "reader-left-out";
            found.push(diagnostic(&reader.file, reader.range.clone(), Severity::Warning, code, message, hint));
        }
    }
    found
}

/// The command that a system of this kind is mostly built by.
fn rebuilt_by(kind: MachineKind) -> &'static str {
    match kind {
        MachineKind::NixOs => "nixos-rebuild",
        MachineKind::Home => "home-manager",
        MachineKind::Darwin => "darwin-rebuild",
    }
}

/// What a reader is, as the beginning of a sentence.
fn described(reader: &Reader) -> String {
    match &reader.kind {
        ReaderKind::DeployRs => format!("`deploy.nodes.{}`", reader.name),
        ReaderKind::Hive(output) => format!("The node {} of `{}`", reader.name, output.name()),
        ReaderKind::Comin => "comin".to_owned(),
        ReaderKind::AutoUpgrade => "The automatic upgrade".to_owned(),
        ReaderKind::Output(_) | ReaderKind::ExportedModule(_) => format!("`{}`", reader.name),
        ReaderKind::Mention => "This code".to_owned(),
    }
}
