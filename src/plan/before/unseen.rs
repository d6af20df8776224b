//! An earlier plan that works from files which were not given: nothing is set up beside it.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode};

use super::earlier::{Earlier, sets_up};
use crate::flake::diagnostic_at;
use crate::plan::Planner;
use crate::report::Severity;
use crate::request::Paths;
use crate::syntax::{Source, paths_in, span};

impl Planner<'_> {
    /// Refuses to set llama.cpp up beside a file that was not given and is handed llama.cpp's flake, or lies where we put
    /// ours unless told otherwise: it may be what an earlier plan put elsewhere than the form now says.
    pub(in crate::plan) fn unseen_rivals(&mut self) {
        let (usual, asked) = (Paths::default(), &self.request.options.paths);
        // where the form names them, they are ours
        let usual = [(&usual.module, &asked.module), (&usual.overlay, &asked.overlay)];
        let usual: Vec<&String> =
            usual.into_iter().filter(|(usual, asked)| usual != asked).map(|(usual, _)| usual).collect();
        let mut found: BTreeMap<String, (Rc<Source>, SyntaxNode)> = BTreeMap::new();
        for machine in self.request.machines.keys().filter_map(|name| self.flake.machine(name)) {
            for module in &machine.modules {
                let Some(node) = &module.node else { continue };
                let handed = files_handed(&module.file, node, &self.input_name);
                let all = if usual.is_empty() { Vec::new() } else { paths_in(&module.file, node) };
                let named = all.into_iter().filter(|path| usual.contains(&path));
                let is_unseen = |path: &String| {
                    !self.request.files.contains_key(path)
                        && !self.request.options.remove.contains(path)
                        && !self.is_ours(path)
                };
                for path in handed.into_iter().chain(named).filter(is_unseen) {
                    found.entry(path).or_insert_with(|| (module.file.clone(), node.clone()));
                }
            }
        }
        for (path, (file, node)) in found {
            let message = format!("`{path}`, which stands here, was not given, and may set llama.cpp up already");
            let hint = format!("Give `{path}` too: add the file, or open the whole folder.");
            self.diagnostics.push(diagnostic_at(&file, &node, Severity::Error, "setup-unseen", message, Some(hint)));
        }
    }

    /// Refuses to set up a machine whose files hold what an earlier plan set, while the file that puts our module or
    /// overlay among its modules was not given: there would be two.
    pub(in crate::plan) fn unseen_setups(&mut self) {
        let mut found = Vec::new();
        for machine in self.request.machines.keys().filter_map(|name| self.flake.machine(name)) {
            let Some(known) = self.flake.definitions(machine).iter().find(|known| sets_up(known)) else { continue };
            let missing: Vec<String> =
                self.flake.files_behind(machine).into_iter().filter(|path| self.may_be_a_module(path)).collect();
            if self.earlier(machine) != Earlier::default() || missing.is_empty() && machine.modules_known {
                continue;
            }
            let message = format!(
                "{}: an earlier plan set this, and what puts its llama.cpp among the modules stands in a file that was \
                 not given",
                machine.name
            );
            let hint = match missing.first() {
                Some(path) => format!("Give `{path}` too: add the file, or open the whole folder."),
                None => "Give the file that makes the machine's list of modules, or open the whole folder.".to_owned(),
            };
            let (file, node) = (&known.file, &known.binding);
            found.push(diagnostic_at(file, node, Severity::Error, "setup-unseen", message, Some(hint)));
        }
        self.diagnostics.extend(found);
    }
}

/// The files that calls in this code are handed together with an input: `import ./x.nix inputs.llama-cpp`.
fn files_handed(source: &Source, node: &SyntaxNode, input: &str) -> Vec<String> {
    let (start, end) = span(node);
    // a look at the text spares most walks
    if !source.text[start..end].contains(input) {
        return Vec::new();
    }
    let calls = node.descendants().filter(|node| node.kind() == SyntaxKind::NODE_APPLY);
    let handing = calls.filter(|call| {
        let mut tokens = call.descendants_with_tokens().filter_map(SyntaxElement::into_token);
        tokens.any(|token| token.kind() == SyntaxKind::TOKEN_IDENT && token.text() == input)
    });
    handing.flat_map(|call| paths_in(source, &call)).filter(|path| path.ends_with(".nix")).collect()
}
