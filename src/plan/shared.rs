//! The shared place: the module or overlay once, in a file that all machines import.

use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;
use smol_str::SmolStr;

use super::Planner;
use super::settings::place::{Place, list_target, module_body, place, rebinds};
use super::settings::same;
use crate::flake::machines::{ForeignPkgs, Machine, ModuleInputs};
use crate::flake::modules::Module;
use crate::flake::value::{Attrs, Function, Value};
use crate::nix::{self, Fleet, OptionPath};
use crate::report::Severity;
use crate::request::Style;
use crate::syntax::{Edit, Source, layout, paths_in, pattern, span};

/// Why the shared place cannot be taken.
pub(super) enum Unfit {
    NoFile,
    NoInputs(String),
    NotPlain(String),
    OwnPkgs(String),
}

impl Planner<'_> {
    /// The file that all chosen machines have among their modules.
    pub(super) fn shared_file(&self) -> Option<Rc<Source>> {
        let chosen: Vec<&Rc<Machine>> =
            self.request.machines.keys().filter_map(|name| self.flake.machine(name)).collect();
        if chosen.len() != self.request.machines.len() || chosen.iter().any(|machine| machine.modules_covered) {
            return None;
        }
        let (first, others) = chosen.split_first()?;
        let others: Vec<Vec<String>> = others.iter().map(|machine| self.flake.files_of(&machine.modules)).collect();
        let direct = first.modules.iter().filter_map(|module| match &module.value {
            Value::Path(path) => self.flake.eval.resolve_file(path),
            _ => None,
        });
        let all = direct.chain(self.flake.files_of(&first.modules));
        let own: Vec<String> = chosen.iter().filter_map(|machine| Some(self.own_file(machine)?.path.clone())).collect();
        all.filter(|file| {
            file.ends_with(".nix") && !self.is_ours(file) && !own.contains(file) && !file.contains("hardware")
        })
        .filter(|file| others.iter().all(|files| files.contains(file)))
        .find_map(|file| {
            let source = self.flake.eval.source(&file)?;
            module_body(&source).map(|_| source)
        })
    }

    /// An overlay among the modules does nothing for a machine whose `specialArgs` hand out `pkgs`.
    pub(super) fn overlays_reach_all(&self) -> Result<(), Unfit> {
        if self.request.options.style != Style::Overlay {
            return Ok(());
        }
        let mut chosen = self.request.machines.keys().filter_map(|name| self.flake.machine(name));
        let own = chosen.find(|machine| matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_)));
        own.map_or(Ok(()), |machine| Err(Unfit::OwnPkgs(machine.name.clone())))
    }

    /// Every machine that imports the file has to see `inputs`; those that do not are given it.
    pub(super) fn inputs_for_all(&self, file: &str) -> Result<Vec<(Rc<Source>, Edit)>, Unfit> {
        let mut edits: Vec<(Rc<Source>, Edit)> = Vec::new();
        for machine in &self.flake.machines {
            // `(import ./shared.nix)` is the function that the file is
            let is_function = |module: &Module| matches!(&module.value, Value::Function(Function::Lambda { file: known, .. }) if known.path == file);
            let imports = machine.modules.iter().any(is_function)
                || self.flake.files_of(&machine.modules).iter().any(|known| known == file);
            if !imports || self.flake.sees_input(machine, &self.input_name) == Some(true) {
                continue;
            }
            let (file, new) = self.give_inputs(machine).ok_or_else(|| Unfit::NoInputs(machine.name.clone()))?;
            for edit in new {
                if !edits.iter().any(|(source, known)| source.path == file.path && *known == edit) {
                    edits.push((file.clone(), edit));
                }
            }
        }
        Ok(edits)
    }

    /// Adds `inputs` to a machine's `specialArgs`.
    fn give_inputs(&self, machine: &Machine) -> Option<(Rc<Source>, Vec<Edit>)> {
        // what is not known is not changed
        if let ModuleInputs::Unknown = machine.inputs {
            return None;
        }
        let Some(Value::Attrs(args)) = &machine.args else { return None };
        let inputs = self.flake.inputs_name()?;
        let inherit = if inputs == "inputs" { "inherit inputs;".to_owned() } else { format!("inputs = {inputs};") };
        // it names no machine: those that are made in one place are given it by one edit
        let reason = "The shared module takes `inputs` from `specialArgs`, and the modules here did not get it.";
        let in_flake = |attrs: &Attrs| attrs.literal.clone().filter(|(file, _)| Rc::ptr_eq(file, &self.flake.source));
        match args.entries.get("specialArgs") {
            Some(entry) => {
                let Value::Attrs(special) = self.flake.eval.force(entry.thunk) else { return None };
                if special.entries.contains_key("inputs") {
                    return None;
                }
                let (file, set) = in_flake(&special)?;
                let edits = layout::append_binding(&file, &set, &inherit, reason)?;
                Some((file, edits))
            }
            None => {
                let (file, set) = in_flake(args)?;
                let edits = layout::append_binding(&file, &set, &format!("specialArgs = {{ {inherit} }};"), reason)?;
                Some((file, edits))
            }
        }
    }

    /// Puts the module or the overlay into the shared file.
    pub(super) fn extend_shared(&mut self, fleet: &Fleet, source: &Rc<Source>) -> Result<(), Unfit> {
        let unfit = || Unfit::NotPlain(source.path.clone());
        let body = module_body(source).ok_or_else(unfit)?;
        let reason = format!("`{}` is a module of all these machines, so this stands in one place.", source.path);
        let (path, item, needs_inputs) = match fleet.style {
            Style::Module => {
                let item = nix::module_import(fleet, "", &nix::path_between(&source.path, &fleet.module_path));
                (vec!["imports".into()], item, false)
            }
            Style::Overlay => {
                let flake = format!("inputs.{}", crate::escape::Nix::attr(&fleet.input));
                let item =
                    nix::shared_overlay_call(fleet, &flake, &nix::path_between(&source.path, &fleet.overlay_path));
                (vec!["nixpkgs".into(), "overlays".into()], item, true)
            }
        };
        if needs_inputs && rebinds(body.set.syntax(), "inputs") {
            return Err(unfit());
        }
        let mut edits = Vec::new();
        let mut present = false;
        for (list, entry) in self.our_items(source) {
            let wanted = list == path && same(&crate::syntax::text(&entry), &item);
            if wanted {
                present = true;
            } else {
                edits.push(layout::remove(
                    source,
                    &entry,
                    "An earlier choice of yours, which the form no longer makes.",
                ));
            }
        }
        if !present {
            let definitions = self.flake.definitions_of_file(source);
            let known = definitions.iter().find(|known| *known.path == path[..] && !known.conditional);
            match known {
                Some(known) => {
                    let target = list_target(&known.value, false).ok_or_else(unfit)?;
                    edits.extend(layout::append_items(source, &target.list, &[item], &reason).into_iter().flatten());
                }
                None => {
                    let prefix = if path[0] == "imports" { &[][..] } else { body.prefix.as_slice() };
                    let outer = if path[0] == "imports" { &body.outer } else { &body.set };
                    // `nixpkgs = { … };` takes `overlays` in
                    let (set, name, blank) = match place(outer, prefix, &path) {
                        Place::Inside(set, rest) => (set, rest, false),
                        Place::Top => (outer.clone(), prefix.iter().chain(&path).cloned().collect::<Vec<_>>(), true),
                        Place::Blocked => return Err(unfit()),
                    };
                    let text = format!("{} = [\n  {}\n];", name.join("."), layout::reindent(&item, "  ", "\n"));
                    let text = if item.contains('\n') { text } else { format!("{} = [ {item} ];", name.join(".")) };
                    let new = match layout::entries(set.syntax()).last() {
                        Some(last) => layout::insert_after_entry(source, set.syntax(), last, &text, blank, &reason),
                        None => layout::append_binding(source, set.syntax(), &text, &reason).ok_or_else(unfit)?,
                    };
                    edits.extend(new);
                }
            }
        }
        if needs_inputs {
            match body.lambda.as_ref().map(ast::Lambda::param) {
                Some(Some(ast::Param::Pattern(found))) if pattern::has_name(&found, "inputs") => {}
                Some(Some(ast::Param::Pattern(found))) => edits.extend(pattern::add_names(
                    source,
                    &found,
                    &["inputs".to_owned()],
                    "The overlay is made from the flake's `inputs`, which `specialArgs` hands to this module.",
                )),
                None => {
                    let at = source.expr().map(|expr| span(expr.syntax()).0).ok_or_else(unfit)?;
                    let text = format!("{{ inputs, ... }}:{}", source.eol());
                    edits.push(Edit::insert(at, text, "The overlay is made from the flake's `inputs`."));
                }
                _ => return Err(unfit()),
            }
        }
        self.edits.entry(source.path.clone()).or_default().extend(edits);
        Ok(())
    }

    /// Takes our items out of given shared files, when the place is each machine's own.
    pub(super) fn out_of_shared(&mut self) {
        // the flake itself is no module
        let modules = |file: &&String| file.ends_with(".nix") && *file != "flake.nix";
        let files: Vec<String> = self.request.files.keys().filter(modules).cloned().collect();
        for file in files {
            if self.is_ours(&file) {
                continue;
            }
            let Some(source) = self.flake.eval.source(&file) else { continue };
            for (_, item) in self.our_items(&source) {
                let edit =
                    layout::remove(&source, &item, "An earlier choice of yours, which the form no longer makes.");
                self.edits.entry(source.path.clone()).or_default().push(edit);
            }
        }
    }

    /// Items of `imports` and `nixpkgs.overlays` of a file that name our module or overlay.
    fn our_items(&self, source: &Rc<Source>) -> Vec<(OptionPath, rnix::SyntaxNode)> {
        let ours: Vec<&str> = self.module_paths().chain(self.overlay_paths()).collect();
        let mut found = Vec::new();
        for definition in self.flake.definitions_of_file(source) {
            let path: Vec<&str> = definition.path.iter().map(SmolStr::as_str).collect();
            if path != ["imports"] && path != ["nixpkgs", "overlays"] {
                continue;
            }
            let Some(target) = list_target(&definition.value, false) else { continue };
            for item in target.list.items() {
                if paths_in(source, item.syntax()).iter().any(|path| ours.contains(&path.as_str())) {
                    found.push((definition.path.to_vec(), item.syntax().clone()));
                }
            }
        }
        found
    }

    /// Says why the shared place was not taken.
    pub(super) fn unfit(&mut self, unfit: Unfit) {
        let (message, hint) = match unfit {
            Unfit::NoFile => (
                "No given file is a module of all chosen machines, so each machine's own list of modules is extended"
                    .to_owned(),
                "Give the shared file (for instance nixos/default.nix) too.".to_owned(),
            ),
            Unfit::NoInputs(machine) => (
                format!(
                    "The modules of {machine} cannot be given `inputs`, so each machine's own list of modules is extended"
                ),
                "Hand `inputs` to all machines with `specialArgs = { inherit inputs; };`.".to_owned(),
            ),
            Unfit::OwnPkgs(machine) => (
                format!(
                    "`specialArgs` hands a finished `pkgs` to {machine}, so a shared overlay would do nothing there, and each \
                     machine's own list of modules is extended"
                ),
                "Choose the module style, or give that machine its packages with `nixpkgs.pkgs`.".to_owned(),
            ),
            Unfit::NotPlain(file) => (
                format!("`{file}` is written in a way that cannot be extended safely, so each machine's own list is"),
                "Write its `imports` and `nixpkgs.overlays` as plain lists.".to_owned(),
            ),
        };
        let diagnostic =
            super::validate::about(Some(&self.flake), None, Severity::Warning, "not-shared", message, Some(hint));
        self.diagnostics.push(diagnostic);
    }
}
