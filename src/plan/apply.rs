//! Where each machine gets its llama.cpp: its own list of modules, the finished system, or the whole of the machines.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Planner;
use super::machine::same;
use super::outputs::{Reach, reach};
use crate::escape::Nix;
use crate::flake::machines::{ForeignPkgs, Machine, ModulesSite};
use crate::flake::modules::Module;
use crate::flake::value::{EnvId, Value};
use crate::nix::{self, Delivery, Fleet};
use crate::report::{How, PlannedMachine};
use crate::request::Style;
use crate::syntax::{self, Edit, Source, layout, paths_in, span};

/// The way in which one machine is reached.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Its own list of modules.
    List(ModulesSite, Option<Reach>),
    /// `(…).extendModules { … }` around its value.
    Extend { file: Rc<Source>, value: ast::Expr, reach: Option<Reach> },
    /// The file that extends machines by name, around all of them.
    Wrapper,
    /// Nothing in the given files makes it.
    ByHand,
}

/// What our element in a list of modules is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Overlay,
    MachineFile,
}

struct Element {
    kind: Kind,
    text: String,
    reason: String,
}

/// A list of several lines, at indent 0.
fn list_text(items: &[String]) -> String {
    let lines: String = items.iter().map(|item| format!("\n  {}", layout::reindent(item, "  ", "\n"))).collect();
    format!("[{lines}\n]")
}

impl ModulesSite {
    /// Whether what the helper takes by default can be written at its call: it names nothing, or is in the same file.
    fn is_plain(&self) -> bool {
        match self {
            ModulesSite::Argument { file, default, default_file, .. } => {
                Rc::ptr_eq(file, default_file) && default.items().all(|item| matches!(item, ast::Expr::PathRel(_)))
            }
            _ => true,
        }
    }

    fn file(&self) -> &Rc<Source> {
        match self {
            ModulesSite::List { file, .. } | ModulesSite::Expr { file, .. } | ModulesSite::Argument { file, .. } => {
                file
            }
        }
    }

    fn node(&self) -> &SyntaxNode {
        match self {
            ModulesSite::List { list, .. } => list.syntax(),
            ModulesSite::Expr { expr, .. } => expr.syntax(),
            ModulesSite::Argument { set, .. } => set,
        }
    }

    fn env(&self) -> EnvId {
        match self {
            ModulesSite::List { env, .. } | ModulesSite::Expr { env, .. } | ModulesSite::Argument { env, .. } => *env,
        }
    }
}

impl Planner<'_> {
    /// The best way to a machine: the plainest edit that touches no other machine.
    pub(super) fn way(&self, name: &str) -> Way {
        let Some(machine) = self.flake.machine(name) else {
            return if self.flake.open.is_some() { self.wrapper_or_by_hand() } else { Way::ByHand };
        };
        if matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_)) && !self.can_extend_pkgs(machine) {
            return Way::ByHand;
        }
        let by_path = self.request.options.style == Style::Module && machine.sees_inputs == Some(true);
        if let Some(site) = &machine.list
            && !self.cautious
            && site.is_plain()
        {
            let reach = reach(&self.flake, &self.input_name, site.file(), site.node(), Some(site.env()));
            if (reach.is_some() || by_path) && !self.is_ours(&site.file().path) {
                return Way::List(site.clone(), reach);
            }
        }
        if let Some(site) = &machine.site
            && let Some(value) = &site.value
            && !self.is_ours(&site.file.path)
            && !machine.aliased
            && Rc::ptr_eq(&site.file, &self.flake.source)
            && site.is_named()
            && self.flake.is_made_once(&site.binding)
        {
            let reach = reach(&self.flake, &self.input_name, &site.file, value.syntax(), None);
            if reach.is_some() || by_path {
                return Way::Extend { file: site.file.clone(), value: value.clone(), reach };
            }
        }
        self.wrapper_or_by_hand()
    }

    fn wrapper_or_by_hand(&self) -> Way {
        match self.flake.outputs.body() {
            Some(body) if reach(&self.flake, &self.input_name, &self.flake.source, body.syntax(), None).is_some() => {
                Way::Wrapper
            }
            _ => Way::ByHand,
        }
    }

    /// Puts the module or overlay, and the machine's file, in.
    pub(super) fn apply(
        &mut self,
        fleet: &Fleet,
        ways: &BTreeMap<String, Way>,
        files: &BTreeMap<String, Option<String>>,
    ) {
        let mut wrapped: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (name, way) in ways {
            if !matches!(way, Way::ByHand)
                && let Some(machine) = self.flake.machine(name).cloned()
                && matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_))
            {
                self.extend_pkgs(fleet, &machine);
            }
            let file = files.get(name).cloned().flatten();
            match way {
                Way::List(site, reach) => self.extend_list(fleet, name, site, reach.as_ref(), file.as_deref()),
                Way::Extend { file: source, value, reach } => {
                    self.extend(fleet, name, source, value, reach.as_ref(), file.as_deref());
                }
                Way::Wrapper => match (&self.shared, &file) {
                    // the shared file has all of it, and the machine's own file the rest
                    (Some(shared), None) => {
                        let reason = format!("{shared}, which all its machines import, is extended");
                        self.planned(fleet, name, How::SharedFile, reason);
                    }
                    _ => {
                        wrapped.insert(name.clone(), file);
                    }
                },
                Way::ByHand => self.by_hand(fleet, name, file.as_deref()),
            }
        }
        if !wrapped.is_empty() {
            self.wrap(fleet, &wrapped);
        } else {
            self.unwrap_machines();
        }
    }

    fn extend_list(
        &mut self,
        fleet: &Fleet,
        name: &str,
        site: &ModulesSite,
        reach: Option<&Reach>,
        file: Option<&str>,
    ) {
        let Some(machine) = self.flake.machine(name).cloned() else { return };
        let source = site.file().clone();
        let line = source.line(span(site.node()).0);
        let wanted = self.elements(fleet, &machine, &source, reach, file);
        let (how, described) = match site {
            ModulesSite::List { extension: true, .. } => {
                (How::ExtendModules, format!("the modules of its `extendModules` on line {line}"))
            }
            _ => (How::ModulesList, format!("its own list of modules on line {line}")),
        };
        let new = self.update(&machine, wanted);
        if !new.is_empty() {
            let texts: Vec<String> = new.iter().map(|element| element.text.clone()).collect();
            let mut reason = format!("This list is the modules of {name} alone. ");
            reason.push_str(&new.iter().map(|element| element.reason.as_str()).collect::<Vec<_>>().join(" "));
            let edit = match site {
                ModulesSite::List { list, .. } => {
                    layout::append_items(&source, list, &texts, &reason).unwrap_or_default()
                }
                ModulesSite::Expr { expr, .. } => concatenate(&source, expr, &texts, &reason),
                ModulesSite::Argument { set, name, default, .. } => {
                    // what the helper takes when nothing is given stays
                    let kept = default.items().map(|item| item.syntax().text().to_string());
                    let items: Vec<String> = kept.chain(texts).collect();
                    let text = format!("{} = {};", Nix::attr(name), list_text(&items));
                    layout::append_binding(&source, set, &text, &reason).unwrap_or_default()
                }
            };
            self.edits.entry(source.path.clone()).or_default().extend(edit);
            self.named_in_outputs |=
                reach.is_some_and(|reach| reach.by_name && new.iter().any(|e| names_flake(e, reach)));
        } else if let Some(reach) = reach {
            // what stands there already names it
            let named = fleet.delivery == Delivery::Argument || fleet.style == Style::Overlay;
            self.named_in_outputs |= reach.by_name && self.shared.is_none() && named;
        }
        match self.shared.clone() {
            Some(shared) => {
                self.planned(
                    fleet,
                    name,
                    How::SharedFile,
                    format!("{shared}, which all its machines import, is extended"),
                );
            }
            None => self.planned(fleet, name, how, format!("{described} in {} is extended", source.path)),
        }
    }

    /// Replaces and removes our earlier elements; what is left of `wanted` is new.
    fn update(&mut self, machine: &Machine, mut wanted: Vec<Element>) -> Vec<Element> {
        for module in &machine.modules {
            let Some(kind) = self.our_kind(module, &machine.name) else { continue };
            let Some(node) = &module.node else { continue };
            if self.is_ours(&module.file.path) {
                continue;
            }
            // the module and the overlay take each other's place
            let stands_in = |element: &Element| (element.kind == Kind::MachineFile) == (kind == Kind::MachineFile);
            let edit = match wanted.iter().position(stands_in) {
                Some(at) => {
                    let element = wanted.remove(at);
                    if same(&node.text().to_string(), &element.text) {
                        continue;
                    }
                    let text = layout::reindent(&element.text, module.file.indent_at(span(node).0), module.file.eol());
                    Edit::replace(node.text_range(), text, element.reason)
                }
                None => {
                    layout::remove(&module.file, node, "An earlier choice of yours, which the form no longer makes.")
                }
            };
            self.edits.entry(module.file.path.clone()).or_default().push(edit);
        }
        wanted
    }

    /// Whether an element of a machine's modules is one that we wrote, by the path that it names.
    fn our_kind(&self, module: &Module, machine: &str) -> Option<Kind> {
        let node = module.node.as_ref()?;
        let paths = paths_in(&module.file, node);
        let names = |path: &str| paths.iter().any(|known| known == path);
        if let Value::Path(path) = &module.value {
            if self.module_paths().iter().any(|known| **known == **path) {
                return Some(Kind::Module);
            }
            let own = super::validate::machine_path(&self.paths, machine);
            return (**path == *own && self.is_ours(path)).then_some(Kind::MachineFile);
        }
        let expr = ast::Expr::cast(node.clone()).map(syntax::strip_parens)?;
        match expr {
            ast::Expr::Apply(_) => self.module_paths().iter().any(|path| names(path)).then_some(Kind::Module),
            ast::Expr::AttrSet(set) => {
                let mut entries = layout::entries(set.syntax()).into_iter();
                let (only, None) = (entries.next()?, entries.next()) else { return None };
                let binding = ast::AttrpathValue::cast(only)?;
                let path = syntax::static_path(&binding.attrpath()?)?;
                let ast::Expr::List(list) = binding.value()? else { return None };
                let ours = path == ["nixpkgs", "overlays"]
                    && list.items().count() == 1
                    && self.overlay_paths().iter().any(|path| names(path));
                ours.then_some(Kind::Overlay)
            }
            _ => None,
        }
    }

    fn elements(
        &self,
        fleet: &Fleet,
        machine: &Machine,
        source: &Source,
        reach: Option<&Reach>,
        file: Option<&str>,
    ) -> Vec<Element> {
        let mut elements = Vec::new();
        let flake = reach.map_or("", |reach| reach.expr.as_str());
        // where `specialArgs` hands out `pkgs`, an overlay among the modules would do nothing
        let void = fleet.style == Style::Overlay && matches!(machine.pkgs, ForeignPkgs::SpecialArgs(_));
        if self.shared.is_none() && !void {
            elements.push(match fleet.style {
                Style::Module => Element {
                    kind: Kind::Module,
                    text: nix::module_import(fleet, flake, &nix::path_between(&source.path, &fleet.module_path)),
                    reason: self.module_reason(fleet, machine, flake),
                },
                Style::Overlay => Element {
                    kind: Kind::Overlay,
                    text: overlay_module(fleet, &machine.name, flake, source),
                    reason: format!("The overlay builds llama.cpp for {} with these parameters.", machine.name),
                },
            });
        }
        if let Some(file) = file {
            elements.push(Element {
                kind: Kind::MachineFile,
                text: nix::path_between(&source.path, file).to_string(),
                reason: format!("`{file}` holds what {} itself sets.", machine.name),
            });
        }
        elements
    }

    fn module_reason(&self, fleet: &Fleet, machine: &Machine, flake: &str) -> String {
        match (fleet.delivery, &machine.special_args) {
            (Delivery::SpecialArgs, Some((file, at))) => format!(
                "`specialArgs` on line {} already hands `inputs` to your modules, so the module needs no argument.",
                file.line(*at)
            ),
            (Delivery::SpecialArgs, None) => {
                "`inputs` already reaches your modules, so the module needs no argument.".to_owned()
            }
            (Delivery::Argument, _) => {
                format!("Your modules do not all get `inputs`, so the module is given `{flake}` here.")
            }
        }
    }

    /// `a = value;` becomes `a = (value).extendModules { modules = [ … ]; };`
    fn extend(
        &mut self,
        fleet: &Fleet,
        name: &str,
        source: &Rc<Source>,
        value: &ast::Expr,
        reach: Option<&Reach>,
        file: Option<&str>,
    ) {
        let Some(machine) = self.flake.machine(name).cloned() else { return };
        let elements = self.elements(fleet, &machine, source, reach, file);
        let (start, end) = span(value.syntax());
        let line = source.line(start);
        let reason = format!(
            "The modules of {name} come from code that other machines share, so the finished system on line {line} is \
             extended instead; your expression stays as it is."
        );
        if !elements.is_empty() {
            let eol = source.eol();
            let indent = source.indent_at(start).to_owned();
            let step = source.indent_step();
            let inner = format!("{indent}{step}{step}");
            let items: String = elements
                .iter()
                .map(|element| format!("{eol}{inner}{}", layout::reindent(&element.text, &inner, eol)))
                .collect();
            let tail =
                format!(".extendModules {{{eol}{indent}{step}modules = [{items}{eol}{indent}{step}];{eol}{indent}}}");
            let atom = matches!(value, ast::Expr::Paren(_) | ast::Expr::Ident(_) | ast::Expr::Select(_));
            let edits = self.edits.entry(source.path.clone()).or_default();
            if atom {
                edits.push(Edit::insert(end, tail, reason));
            } else {
                edits.push(Edit::insert(start, "(", reason.clone()));
                edits.push(Edit::insert(end, format!("){tail}"), reason));
            }
            self.named_in_outputs |=
                reach.is_some_and(|reach| reach.by_name && elements.iter().any(|e| names_flake(e, reach)));
        }
        let how = if self.shared.is_some() { How::SharedFile } else { How::ExtendModules };
        self.planned(fleet, name, how, format!("the finished system on line {line} of {} is extended", source.path));
    }

    /// Hands all machines through the file that extends the chosen ones.
    fn wrap(&mut self, fleet: &Fleet, machines: &BTreeMap<String, Option<String>>) {
        let path = self.wrapper_path();
        let text = nix::machines_wrapper(fleet, &path, machines);
        let path = self.create(path, text);
        let source = self.flake.source.clone();
        let names: Vec<&str> = machines.keys().map(String::as_str).collect();
        let reason = format!(
            "No list of modules belongs to {} alone, so the finished systems are extended: `{path}` does it, and hands \
             on all other machines as they are.",
            names.join(", ")
        );
        for name in &names {
            self.planned(fleet, name, How::ExtendModules, format!("the finished system is extended by `{path}`"));
        }
        if paths_in(&source, self.flake.outputs.syntax()).contains(&path) {
            // it is wrapped already; the name it uses has to stay in the pattern
            self.named_in_outputs |= self.flake.inputs_name().is_none();
            return;
        }
        let literal = nix::path_between("flake.nix", &path);
        let hosts = self.flake.hosts.as_ref().filter(|site| Rc::ptr_eq(&site.file, &source)).cloned();
        let value = hosts.and_then(|site| {
            let value = site.value.clone()?;
            // `nixosConfigurations.a = …; nixosConfigurations.b = …;` has no one value
            let whole = site.binding.children().find_map(ast::Attrpath::cast)?.attrs().count() == 1;
            (whole && site.is_named() && self.flake.is_all_machines(&site, machines.keys())).then_some(value)
        });
        let value = value.filter(|_| !self.flake.hosts_in_pieces());
        let (expr, before, after) = match value {
            Some(value) => {
                let Some(reach) = reach(&self.flake, &self.input_name, &source, value.syntax(), None) else { return };
                self.named_in_outputs |= reach.by_name;
                let expr = value.syntax().clone();
                (expr, format!("import {literal} {} ", argument(&reach.expr)), String::new())
            }
            None => {
                let Some(body) = self.flake.outputs.body() else { return };
                let Some(reach) = reach(&self.flake, &self.input_name, &source, body.syntax(), None) else { return };
                self.named_in_outputs |= reach.by_name;
                let eol = source.eol();
                let step = source.indent_step();
                let (start, _) = span(body.syntax());
                let outputs = span(self.flake.outputs.syntax()).0;
                let indent = source.indent_at(if source.begins_line(start) { start } else { outputs }).to_owned();
                let result = format!(
                    "({eol}{indent}{step}result:{eol}{indent}{step}result{eol}{indent}{step}// {{{eol}{indent}{step}{step}\
                     nixosConfigurations = import {literal} {} result.nixosConfigurations;{eol}{indent}{step}}}{eol}{indent})\
                     {eol}{indent}{step}",
                    argument(&reach.expr)
                );
                (body.syntax().clone(), result, String::new())
            }
        };
        let (start, end) = span(&expr);
        let atom = matches!(
            expr.kind(),
            SyntaxKind::NODE_PAREN | SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT | SyntaxKind::NODE_ATTR_SET
        );
        if atom {
            self.edit_flake(Edit::insert(start, before, reason));
        } else {
            self.edit_flake(Edit::insert(start, format!("{before}("), reason.clone()));
            self.edit_flake(Edit::insert(end, format!("){after}"), reason));
        }
    }

    /// Takes the wrapper out again, when no machine needs it any more.
    fn unwrap_machines(&mut self) {
        let path = self.wrapper_path();
        let source = self.flake.source.clone();
        let call = self.flake.outputs.syntax().descendants().filter_map(ast::Apply::cast).find(|apply| {
            // `import <path> <flake> <machines>`
            let function = apply.lambda().and_then(|inner| match inner {
                ast::Expr::Apply(inner) => inner.lambda(),
                _ => None,
            });
            function.is_some_and(|function| {
                matches!(&function, ast::Expr::Apply(import)
                    if import.lambda().is_some_and(|name| name.syntax().text() == "import")
                        && paths_in(&source, function.syntax()).contains(&path))
            })
        });
        let Some(argument) = call.as_ref().and_then(ast::Apply::argument) else { return };
        let Some(call) = call else { return };
        let reason = "No machine needs to be extended from outside any more.";
        let (start, end) = span(call.syntax());
        let (inner_start, inner_end) = span(syntax::strip_parens(argument).syntax());
        self.edit_flake(Edit { start, end: inner_start, insert: String::new(), reason: reason.into() });
        if inner_end < end {
            self.edit_flake(Edit { start: inner_end, end, insert: String::new(), reason: reason.into() });
        }
        if self.request.files.contains_key(&path) {
            self.deleted.insert(path);
        }
    }

    fn by_hand(&mut self, fleet: &Fleet, name: &str, file: Option<&str>) {
        let source = self.flake.source.clone();
        let flake = match self.flake.inputs_name() {
            Some(inputs) => format!("{inputs}.{}", Nix::attr(&self.input_name)),
            None => self.input_name.clone(),
        };
        let mut lines = vec![match fleet.style {
            Style::Module => nix::module_import(fleet, &flake, &nix::path_between("flake.nix", &fleet.module_path)),
            Style::Overlay => overlay_module(fleet, name, &flake, &source),
        }];
        lines.extend(file.map(|file| nix::path_between("flake.nix", file).to_string()));
        let mut snippet = format!("modules = [\n  # …\n  {}\n];", lines.join("\n").replace('\n', "\n  "));
        let foreign = self.flake.machine(name).and_then(|machine| match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => Some(site.clone()),
            _ => None,
        });
        let (file, node, message, hint) = match foreign {
            Some(site) => {
                let call = nix::overlay_call(fleet, name, &flake, &nix::path_between("flake.nix", &fleet.overlay_path));
                snippet = format!("specialArgs.pkgs = pkgs.extend {call};\n{snippet}");
                (
                    site.file.clone(),
                    site.name.clone(),
                    format!(
                        "`specialArgs` hands {name} a `pkgs` that it shares with other machines, so overlays of its modules \
                         do nothing"
                    ),
                    "Give this machine a `pkgs` of its own with the overlay in it, as below; better, hand out no `pkgs` in \
                     `specialArgs` at all.",
                )
            }
            None => (
                source.clone(),
                self.flake.hosts.as_ref().map_or(self.flake.outputs.syntax().clone(), |site| site.name.clone()),
                format!("Nothing in the given files makes the machine {name}, so its modules cannot be extended here"),
                "Put these lines into the list of modules where the machine is made, or give that file too.",
            ),
        };
        let (start, _) = span(&node);
        let mut diagnostic = crate::flake::diagnostic(
            &file,
            start..start + 1,
            crate::report::Severity::Warning,
            "by-hand",
            message,
            Some(hint.to_owned()),
        );
        diagnostic.snippet = Some(snippet);
        let reason = diagnostic.message.clone();
        self.diagnostics.push(diagnostic);
        self.planned(fleet, name, How::ByHand, reason);
    }

    fn planned(&mut self, fleet: &Fleet, name: &str, how: How, reason: String) {
        let Some(spec) = fleet.machines.get(name) else { return };
        let variant = spec.request.variant;
        self.machines.push(PlannedMachine { name: name.to_owned(), variant, how, reason });
    }
}

/// An expression as the argument of a function.
fn argument(expr: &str) -> &str {
    expr
}

/// `{ nixpkgs.overlays = [ (import … { … }) ]; }`, at indent 0.
fn overlay_module(fleet: &Fleet, machine: &str, flake: &str, source: &Source) -> String {
    let call = nix::overlay_call(fleet, machine, flake, &nix::path_between(&source.path, &fleet.overlay_path));
    format!("{{\n  nixpkgs.overlays = [\n    {}\n  ];\n}}", layout::reindent(&call, "    ", "\n"))
}

fn names_flake(element: &Element, reach: &Reach) -> bool {
    element.kind != Kind::MachineFile && (element.text.contains(&reach.expr))
}

/// Appends ` ++ [ … ]` to an expression, in parentheses where its own form would swallow that.
fn concatenate(source: &Source, expr: &ast::Expr, items: &[String], reason: &str) -> Vec<Edit> {
    let (start, end) = span(expr.syntax());
    // comments behind the expression on its line stay with it
    let (behind, line_comment) = layout::end_of_line(expr.syntax());
    let eol = source.eol();
    let one_line = items.len() == 1 && !items[0].contains('\n');
    let gap = match line_comment {
        true => format!("{eol}{}", source.indent_at(start)),
        false => " ".to_owned(),
    };
    let list = if one_line {
        format!("{gap}++ [ {} ]", items[0])
    } else {
        let indent = source.indent_at(start).to_owned();
        let inner = format!("{indent}{}", source.indent_step());
        let lines: String =
            items.iter().map(|item| format!("{eol}{inner}{}", layout::reindent(item, &inner, eol))).collect();
        format!("{gap}++ [{lines}{eol}{indent}]")
    };
    let open = matches!(
        expr,
        ast::Expr::Lambda(_)
            | ast::Expr::LetIn(_)
            | ast::Expr::With(_)
            | ast::Expr::IfElse(_)
            | ast::Expr::Assert(_)
            | ast::Expr::BinOp(_)
    ) && !matches!(expr, ast::Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Concat));
    let mut edits = Vec::new();
    if open {
        edits.push(Edit::insert(start, "(", reason));
        edits.push(Edit::insert(end, ")", reason));
    }
    match edits.last_mut().filter(|_| behind == end) {
        Some(close) => close.insert.push_str(&list),
        None => edits.push(Edit::insert(behind, list, reason)),
    }
    edits
}
