//! What the flake says, as a report.

use std::rc::Rc;

use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::flake::generated::Generator;
use crate::flake::machines::Machine;
use crate::flake::trees::Sources;
use crate::flake::value::{Cause, Unknown};
use crate::flake::{Flake, diagnostic};
use crate::hardware::{self, FlakeFacts};
use crate::report::{Diagnostic, FoundInput, FoundMachine, Inspection, Severity, Want};
use crate::syntax::{paths_in, span};

pub(crate) fn inspect(sources: Sources<'_>) -> Inspection {
    match Flake::read(sources) {
        Ok(flake) => report(&flake),
        Err(diagnostic) => Inspection { diagnostics: vec![*diagnostic], ..Inspection::default() },
    }
}

fn report(flake: &Flake<'_>) -> Inspection {
    let mut diagnostics = broken_files(flake);
    diagnostics.extend(flake.byte_order_marks());
    let all_found = |machines: &[Rc<Machine>]| machines.iter().map(|machine| found(flake, machine)).collect();
    let machines: Vec<FoundMachine> = all_found(&flake.machines);
    let homes: Vec<FoundMachine> = all_found(&flake.homes.machines);
    let darwins: Vec<FoundMachine> = all_found(&flake.darwins.machines);
    let inputs = flake
        .inputs
        .list
        .iter()
        .map(|input| {
            let (line, column) = flake.source.position(span(&input.place()).0);
            FoundInput { name: input.name.to_string(), url: input.url.as_ref().map(SmolStr::to_string), line, column }
        })
        .collect();
    let wants = wants(flake);
    diagnostics.extend(generated_note(flake));
    let none_found = machines.is_empty() && homes.is_empty() && darwins.is_empty();
    if let Some(unknown) = &flake.open {
        diagnostics.push(why_unknown(unknown, none_found));
    } else if none_found {
        diagnostics.push(diagnostic(
            &flake.source,
            span(flake.outputs.syntax()).0..span(flake.outputs.syntax()).0 + 1,
            Severity::Warning,
            "no-machines",
            "This flake's outputs have no `nixosConfigurations`, so there is no machine to build for",
            Some("Machines are made like this: `nixosConfigurations.name = nixpkgs.lib.nixosSystem { modules = [ … ]; };`.".into()),
        ));
    }
    Inspection { machines, homes, darwins, inputs, wants, diagnostics }
}

fn found(flake: &Flake<'_>, machine: &Machine) -> FoundMachine {
    let (line, column) = machine.file.position(machine.offset);
    FoundMachine {
        name: machine.name.clone(),
        file: machine.file.path.clone(),
        line,
        column,
        system: machine.system.as_ref().map(SmolStr::to_string),
        shape: machine.shape,
        sees_inputs: flake.sees_input(machine, llama_cpp_input(flake)),
        hints: hardware::hints(&facts(flake, machine)),
    }
}

/// The name that the llama.cpp input has, or would be given.
fn llama_cpp_input<'f>(flake: &'f Flake<'_>) -> &'f str {
    let known = flake.inputs.list.iter().find(|input| input.is_llama_cpp());
    known.map_or("llama-cpp", |input| &input.name)
}

/// What the machine's modules give away about its hardware.
fn facts(flake: &Flake<'_>, machine: &Machine) -> FlakeFacts {
    let definitions = flake.definitions(machine);
    let mut nixos_hardware_modules = flake.input_modules(&machine.modules, |input| is_nixos_hardware(flake, input));
    // `imports = [ inputs.nixos-hardware.nixosModules.x ];` in the machine's own files
    let imports = definitions.iter().filter(|definition| *definition.path == ["imports"]);
    for text in
        imports.flat_map(|definition| definition.value.syntax().children()).map(|item| crate::syntax::text(&item))
    {
        if text.contains("nixos-hardware") && text.contains("nixosModules.") {
            nixos_hardware_modules.extend(text.rsplit('.').next().map(|name| name.trim_matches(['"', ')']).to_owned()));
        }
    }
    let mut reports = Vec::new();
    for path in flake.files_of(&machine.modules) {
        if path.contains("hardware") {
            reports.extend(flake.eval.text(&path).map(|text| (path.clone(), text.to_owned())));
        }
    }
    // nixos-facter-modules' option, and its name since NixOS has it itself
    let is_report = |path: &[SmolStr]| path == ["facter", "reportPath"] || path == ["hardware", "facter", "reportPath"];
    for definition in definitions.iter().filter(|definition| is_report(&definition.path)) {
        for path in paths_in(&definition.file, definition.value.syntax()) {
            reports.extend(flake.eval.text(&path).map(|text| (path.clone(), text.to_owned())));
        }
    }
    let options = definitions.iter().map(|definition| (definition.path.join("."), definition.value.to_string()));
    FlakeFacts { nixos_hardware_modules, options: options.collect(), reports }
}

fn is_nixos_hardware(flake: &Flake<'_>, input: &str) -> bool {
    let url = flake.inputs.find(input).and_then(|input| input.url.as_deref());
    input.contains("nixos-hardware") || url.is_some_and(|url| url.to_lowercase().contains("nixos-hardware"))
}

/// What is said of a flake.nix that a program writes.
fn generated_note(flake: &Flake<'_>) -> Option<Diagnostic> {
    let generated = flake.generated("flake.nix")?;
    let by = match generated.generator {
        Generator::FlakeFile => "flake-file writes this file from the `flake-file` options of your modules",
        Generator::Literate => "This file is tangled from another text",
        Generator::NixosGenerateConfig | Generator::Other => "A program writes this file",
    };
    let hint = generated.command.as_ref().map(|command| format!("`{command}` writes it anew."));
    let message = format!("{by}: what is changed here goes with its next run");
    Some(diagnostic(&generated.file, generated.range, Severity::Note, "generated-file", message, hint))
}

/// Files that would tell more, the ones that make machines first.
fn wants(flake: &Flake<'_>) -> Vec<Want> {
    let mut wants = Wants { found: Vec::new(), sealed: flake.eval.sources.sealed() };
    let open = [&flake.open, &flake.homes.open, &flake.darwins.open].into_iter().flatten();
    let machines = flake.all_machines().filter_map(|machine| machine.unknown.as_ref());
    for unknown in open.chain(machines) {
        if let Cause::MissingFile(path) = &unknown.cause {
            let line = unknown.file.line(unknown.start);
            wants.add(path, || format!("`{}` line {line} makes machines with it", unknown.file.path));
        }
    }
    for folder in flake.eval.wanted_folders.borrow().iter() {
        let path = if folder.is_empty() { "./".to_owned() } else { format!("{folder}/") };
        wants.add(&path, || "what lies in it decides which machines there are, or what they are made of".to_owned());
    }
    for (path, unknown) in flake.eval.missing.borrow().iter() {
        let line = unknown.file.line(unknown.start);
        wants.add(path, || format!("`{}` line {line} imports it on the way to your machines", unknown.file.path));
    }
    for (file, machines) in flake.wanted_modules() {
        wants.add(&file, || match machines.as_slice() {
            [machine] => format!("it is a module of {machine}; with it, settings go where yours are"),
            _ => format!("it is a module of {}; it may be the place for what they share", machines.join(", ")),
        });
    }
    if wants.found.is_empty() && flake.all_machines().next().is_none() && flake.open.is_some() {
        for file in flake.unseen_in_outputs() {
            wants.add(&file, || "`flake.nix` names it, and no machine is seen without it".to_owned());
        }
    }
    for (file, by, machine) in flake.unseen_files() {
        wants.add(&file, || format!("`{by}` names it, of which {machine} is made"));
    }
    wants.found
}

/// Files to give next, each once.
struct Wants<'f> {
    found: Vec<Want>,
    /// Given files that cannot be read: they are not asked for again.
    sealed: &'f [&'f str],
}

impl Wants<'_> {
    fn add(&mut self, file: &str, because: impl FnOnce() -> String) {
        if !self.sealed.contains(&file) && self.found.iter().all(|want| want.file != file) {
            self.found.push(Want { file: file.to_owned(), because: because() });
        }
    }
}

/// Why machines cannot be seen, in plain words.
pub(crate) fn why_unknown(unknown: &Unknown, none_found: bool) -> Diagnostic {
    let what = if none_found { "The machines are" } else { "There may be more machines than those found: some are" };
    let (message, hint) = match &unknown.cause {
        Cause::MissingFile(path) => (
            format!("{what} made in `{path}`, which was not given"),
            format!("Give `{path}` too, or name the machines by hand."),
        ),
        Cause::BrokenFile(path) => {
            (format!("{what} made in `{path}`, which cannot be read"), format!("Look at the problems of `{path}`."))
        }
        Cause::Folder(Some(path)) => (
            format!("{what} made from the files that happen to be in `{path}`"),
            format!(
                "Give all files of `{path}`, or name the machines by hand; they can be extended without touching this."
            ),
        ),
        Cause::Folder(None) => (
            format!("{what} made from the content of a folder"),
            "Name the machines by hand; they can be extended without touching this.".to_owned(),
        ),
        Cause::Foreign(name) => (
            format!("{what} made by `{name}`, a function from outside this repository"),
            "Name the machines by hand; they can be extended without touching this.".to_owned(),
        ),
        Cause::Undefined(name) => (
            format!("`{name}` is not defined here, and the machines depend on it"),
            "Nix refuses this too, unless the name comes from a `with` whose content is not known here.".to_owned(),
        ),
        Cause::Bound => (
            format!("{what} computed in more steps than are followed here, or in steps without end"),
            "If Nix evaluates this flake, name the machines by hand; they can be extended without touching this."
                .to_owned(),
        ),
        Cause::Option(path) => (
            format!("{what} made by the option `{}`, which nothing given sets", path.join(".")),
            "Name the machines by hand; they can be extended without touching this.".to_owned(),
        ),
        Cause::TooDynamic | Cause::Condition(_) | Cause::PerSystem | Cause::Argument(_) => (
            format!("{what} computed in a way that cannot be told from the text"),
            "Name the machines by hand; they can be extended without touching this.".to_owned(),
        ),
    };
    let severity = if none_found { Severity::Warning } else { Severity::Note };
    diagnostic(&unknown.file, unknown.start..unknown.end, severity, "machines-elsewhere", message, Some(hint))
}

/// Given files that do not parse.
fn broken_files(flake: &Flake<'_>) -> Vec<Diagnostic> {
    flake.broken(|_| true)
}
