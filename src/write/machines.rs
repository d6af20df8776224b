//! The one line that brings a machine's file of ours in.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, ast};
use rowan::ast::AstNode;

use crate::decide::route::{Imports, Place, Route, imports_of, plain_inherit};
use crate::decide::{Context, Decisions, Reach, module_body};
use crate::escape::Nix;
use crate::flake::machines::{ForeignPkgs, ModulesSite};
use crate::flake::value::{self, Site};
use crate::flake::{diagnostic, machines::Machine};
use crate::kind::{MachineKind, MachineName};
use crate::product::{self, Delivery, MachineSpec};
use crate::report::{Diagnostic, How, PlannedMachine, Severity};
use crate::syntax::{self, Edit, Source, layout, span, start};
use crate::why::{Cause, Why};

/// What is written for the machines.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub edits: BTreeMap<String, Vec<Edit>>,
    pub machines: Vec<PlannedMachine>,
    pub diagnostics: Vec<Diagnostic>,
    /// Something names the input as the outputs pattern takes it.
    pub named_in_outputs: bool,
}

/// The lines of all machines; `created` gets the file that extends machines by name, where one is needed.
pub(super) fn write(
    cx: &Context<'_, '_>,
    decisions: &Decisions,
    created: &mut BTreeMap<String, super::Whole>,
) -> Draft {
    let mut writer = Writer { cx, decisions, draft: Draft::default(), around: Vec::new() };
    let mut wrapped = cx.past.wrapped.clone();
    let mut newly: Vec<&MachineName> = Vec::new();
    for (name, route) in &decisions.routes {
        let Some(spec) = decisions.fleet.machines.get(name) else { continue };
        if let Some((site, reach)) = &route.pkgs {
            writer.extend_pkgs(name, site, reach);
        }
        match &route.place {
            Place::OwnFile(source) => writer.own_file(name, spec, source),
            Place::List(site) => writer.list(name, spec, site, route),
            Place::Value { file, value } => writer.value(name, spec, file, value, route),
            Place::Wrapper => {
                let element =
                    product::machine_import(spec.delivery, "llama-cpp", &cx.places.wrapper(name.kind), &spec.file);
                wrapped.insert(name.clone(), element);
                newly.push(name);
            }
            Place::ByHand => writer.by_hand(name, spec),
        }
    }
    for kind in MachineKind::ALL {
        let of_kind = |name: &&MachineName| name.kind == kind;
        let elements: BTreeMap<&str, &str> = wrapped
            .iter()
            .filter(|(name, _)| of_kind(name))
            .map(|(name, element)| (name.as_str(), element.as_str()))
            .collect();
        if elements.is_empty() {
            continue;
        }
        created.insert(cx.places.wrapper(kind), product::machines_wrapper(kind, &elements));
        let names: Vec<&MachineName> = wrapped.keys().filter(of_kind).collect();
        let newly: Vec<&MachineName> = newly.iter().copied().filter(of_kind).collect();
        writer.wrap(kind, &names, &newly);
    }
    writer.around_the_result();
    if let Some(shared) = &decisions.shared {
        writer.share(shared);
    }
    writer.draft
}

struct Writer<'w, 'c, 'a> {
    cx: &'w Context<'c, 'a>,
    decisions: &'w Decisions,
    draft: Draft,
    /// What the outputs as a whole are given through, one for each kind.
    around: Vec<Around>,
}

/// Machines of a kind that the result of `outputs` is handed through.
struct Around {
    kind: MachineKind,
    /// The file that extends them, as a path from flake.nix.
    literal: String,
    why: Why,
}

impl Writer<'_, '_, '_> {
    fn edit(&mut self, source: &Source, edits: impl IntoIterator<Item = Edit>) {
        self.draft.edits.entry(source.path.clone()).or_default().extend(edits);
    }

    fn planned(&mut self, name: &MachineName, how: How, reason: String) {
        let Some(spec) = self.decisions.fleet.machines.get(name) else { return };
        let (how, reason) = match &self.decisions.shared {
            Some(shared) if how != How::ByHand => (
                How::SharedFile,
                format!("{}, which all its machines import, imports the module; {reason}", shared.path),
            ),
            _ => (how, reason),
        };
        let (kind, variant) = (name.kind, spec.request.variant);
        self.draft.machines.push(PlannedMachine { name: name.name.clone(), kind, variant, how, reason });
    }

    /// `{ … }` => `{ imports = [ ./heron-llama-cpp.nix ]; … }`
    fn own_file(&mut self, name: &MachineName, spec: &MachineSpec, source: &Rc<Source>) {
        let item = product::machine_import(spec.delivery, "", &source.path, &spec.file);
        let why = Why::machine(Cause::OwnFile { file: spec.file.clone() }, name);
        let edits = import(source, &item, &why).unwrap_or_default();
        self.edit(source, edits);
        self.planned(name, How::OwnFile, format!("its own file {} imports {}", source.path, spec.file));
    }

    /// `modules = [ ./heron.nix ];` => `modules = [ ./heron.nix ./machines/heron-llama-cpp.nix ];`
    fn list(&mut self, name: &MachineName, spec: &MachineSpec, site: &ModulesSite, route: &Route) {
        let source = site.file().clone();
        let (item, reach) = element(spec, &source, route);
        let line = self.cx.line(&source, span(site.node()).0);
        let cause = match (site, spec.delivery) {
            (ModulesSite::Argument { name: argument, .. }, _) => {
                Cause::HelperArgument { file: spec.file.clone(), argument: argument.clone() }
            }
            (_, Delivery::SpecialArgs) => Cause::List { file: spec.file.clone() },
            (_, Delivery::Argument) => Cause::ListWithFlake { file: spec.file.clone(), flake: reach.expr.clone() },
        };
        let why = Why::machine(cause, name);
        let edits = match site {
            ModulesSite::List { list, .. } => layout::append_items(&source, list, &[item], &why),
            ModulesSite::Expr { expr, .. } => Some(concatenate(&source, expr, &item, &why)),
            ModulesSite::Imports { set, .. } => {
                layout::prepend_binding(&source, set, &format!("imports = [ {item} ];"), &why)
            }
            ModulesSite::Module { expr, .. } => {
                let (start, end) = span(expr.syntax());
                let is_simple = matches!(expr, ast::Expr::PathRel(_) | ast::Expr::Ident(_) | ast::Expr::Select(_));
                let (open, close) = if is_simple { ("", "") } else { ("(", ")") };
                Some(vec![
                    Edit::insert(start, format!("{{ imports = [ {open}"), &why),
                    Edit::insert(end, format!("{close} {item} ]; }}"), &why),
                ])
            }
            ModulesSite::Argument { set, name, default, .. } => {
                // what the helper takes when nothing is given stays
                let kept = default.items().map(|item| syntax::text(item.syntax()));
                let items: Vec<String> = kept.chain([item]).collect();
                let text = format!("{} = {};", Nix::attr(name), product::list(&items));
                layout::append_binding(&source, set, &text, &why)
            }
        };
        self.edit(&source, edits.unwrap_or_default());
        self.draft.named_in_outputs |= spec.delivery == Delivery::Argument && reach.by_name;
        let (how, what) = match site {
            ModulesSite::List { extension: true, .. } => {
                (How::ExtendModules, format!("the modules of its `extendModules` on line {line}"))
            }
            ModulesSite::Argument { name, .. } => {
                (How::ModulesList, format!("the argument `{name}` of its call on line {line}"))
            }
            _ => (How::ModulesList, format!("its own list of modules on line {line}")),
        };
        self.planned(name, how, format!("{what} in {} is extended", source.path));
    }

    /// `heron = mk "heron";` => `heron = (mk "heron").extendModules { modules = [ … ]; };`
    fn value(&mut self, name: &MachineName, spec: &MachineSpec, source: &Rc<Source>, value: &ast::Expr, route: &Route) {
        let (item, reach) = element(spec, source, route);
        let (start, end) = span(value.syntax());
        let line = self.cx.line(source, start);
        let why = Why::machine(Cause::Extended { line }, name);
        let eol = source.eol();
        let indent = source.indent_at(start).to_owned();
        let step = source.indent_step();
        let item = layout::reindent(&item, &format!("{indent}{step}{step}"), eol);
        let tail = format!(".extendModules {{{eol}{indent}{step}modules = [ {item} ];{eol}{indent}}}");
        let atom = matches!(value, ast::Expr::Paren(_) | ast::Expr::Ident(_) | ast::Expr::Select(_));
        let edits = match atom {
            true => vec![Edit::insert(end, tail, &why)],
            false => vec![Edit::insert(start, "(", &why), Edit::insert(end, format!("){tail}"), &why)],
        };
        self.edit(source, edits);
        self.draft.named_in_outputs |= spec.delivery == Delivery::Argument && reach.by_name;
        let reason = format!("the finished system on line {line} of {} is extended", source.path);
        self.planned(name, How::ExtendModules, reason);
    }

    /// `specialArgs.pkgs = x;` => `specialArgs.pkgs = x.extend (import ./overlay.nix { … });`
    fn extend_pkgs(&mut self, name: &MachineName, site: &Site, reach: &Reach) {
        let fleet = &self.decisions.fleet;
        self.draft.named_in_outputs |= reach.by_name;
        let source = site.file.clone();
        let path = product::path_between(&source.path, &fleet.overlay_path);
        let call = product::overlay_call(fleet, name, &reach.expr, &path);
        let line = self.cx.line(&source, start(site.name()));
        let why = Why::machine(Cause::FinishedPkgs { line }, name);
        let indented = |at: usize| layout::reindent(&call, source.indent_at(at), source.eol());
        let edits = match &site.value() {
            Some(value) => {
                let (start, end) = span(value.syntax());
                let tail = format!(".extend {}", indented(start));
                match value {
                    ast::Expr::Ident(_) | ast::Expr::Select(_) | ast::Expr::Paren(_) => {
                        vec![Edit::insert(end, tail, &why)]
                    }
                    _ => vec![Edit::insert(start, "(", &why), Edit::insert(end, format!("){tail}"), &why)],
                }
            }
            None => {
                let Some((inherit, from)) = plain_inherit(&site.binding) else { return };
                let at = span(inherit.syntax()).0;
                let binding = format!("pkgs = {from}pkgs.extend {};", indented(at));
                if inherit.attrs().count() == 1 {
                    vec![Edit::replace(inherit.syntax().text_range(), binding, &why)]
                } else {
                    let name = site.name();
                    let before = source.text[..start(name)].trim_end_matches([' ', '\t']).len();
                    let behind = span(inherit.syntax()).1;
                    vec![
                        Edit { start: before, end: syntax::end(name), insert: String::new(), why: why.clone() },
                        Edit::insert(behind, format!(" {binding}"), &why),
                    ]
                }
            }
        };
        self.edit(&source, edits);
    }

    /// The module, once for all machines.
    fn share(&mut self, source: &Rc<Source>) {
        let item = product::path_between(&source.path, &self.decisions.fleet.module_path);
        let names = |definition: &crate::flake::modules::Definition| {
            *definition.path == ["imports"]
                && syntax::paths_in(source, definition.value.syntax()).contains(&self.decisions.fleet.module_path)
        };
        // it stays for a machine that is not chosen
        if self.cx.model.definitions_of_file(source).iter().any(names) {
            return;
        }
        let why = Why::of(Cause::Shared { file: source.path.clone() });
        let edits = import(source, item.as_str(), &why).unwrap_or_default();
        self.edit(source, edits);
    }

    /// Hands all machines of a kind through the file that extends some of them; `newly` are those of this plan.
    fn wrap(&mut self, kind: MachineKind, names: &[&MachineName], newly: &[&MachineName]) {
        let path = self.cx.places.wrapper(kind);
        for name in newly {
            let reason = format!("the finished system is extended by `{path}`");
            self.planned(name, How::ExtendModules, reason);
        }
        let only = match names {
            [name] => Some(name.to_string()),
            _ => None,
        };
        let literal = product::path_between("flake.nix", &path);
        let why = Why {
            machines: newly.iter().map(|name| (*name).clone()).collect(),
            ..Why::of(Cause::Wrapper { path, count: names.len(), only })
        };
        match self.all_machines(kind, names) {
            Some(value) => {
                let source = self.cx.model.source.clone();
                let Some(reach) = self.reach_at(value.syntax()) else { return };
                self.draft.named_in_outputs |= reach.by_name;
                let edits = around(&value, format!("import {literal} {} ", reach.expr), &why);
                self.edit(&source, edits);
            }
            None => self.around.push(Around { kind, literal: literal.as_str().to_owned(), why }),
        }
    }

    /// Hands the result of `outputs` through the files that extend what it holds: all of them in one place.
    fn around_the_result(&mut self) {
        let source = self.cx.model.source.clone();
        let Some(first) = self.around.first() else { return };
        let why = Why {
            machines: self.around.iter().flat_map(|one| one.why.machines.clone()).collect(),
            ..first.why.clone()
        };
        let Some(body) = self.cx.model.outputs.body() else { return };
        let Some(reach) = self.reach_at(body.syntax()) else { return };
        self.draft.named_in_outputs |= reach.by_name;
        let before = around_result(&source, &body, self.cx.model.outputs.syntax(), &self.around, &reach.expr);
        self.edit(&source, around(&body, before, &why));
    }

    /// How the llama.cpp flake is named at a place of flake.nix.
    fn reach_at(&self, node: &rnix::SyntaxNode) -> Option<Reach> {
        crate::decide::reach(self.cx.model, &self.decisions.input.name, &self.cx.model.source, node, None)
    }

    /// The one value that holds all of these machines, where flake.nix has one.
    fn all_machines(&self, kind: MachineKind, names: &[&MachineName]) -> Option<ast::Expr> {
        let model = self.cx.model;
        let site = model.site_of_kind(kind).filter(|site| Rc::ptr_eq(&site.file, &model.source))?;
        let value = site.value()?;
        // `nixosConfigurations.a = …; nixosConfigurations.b = …;` has no one value
        let whole = site.binding.children().find_map(ast::Attrpath::cast)?.attrs().count() == 1;
        let holds = whole && site.is_named() && model.is_all_machines(site, names.iter().copied());
        (holds && !model.is_in_pieces(kind)).then_some(value)
    }

    /// A machine that only its owner can reach: what to write, and where.
    fn by_hand(&mut self, name: &MachineName, spec: &MachineSpec) {
        let model = self.cx.model;
        let fleet = &self.decisions.fleet;
        let flake = match model.inputs_name() {
            Some(inputs) => format!("{inputs}.{}", Nix::attr(&fleet.input)),
            None => fleet.input.clone(),
        };
        let item = product::machine_import(spec.delivery, &flake, "flake.nix", &spec.file);
        let mut snippet = format!("modules = [\n  # …\n  {item}\n];");
        let foreign = model.machine(name).and_then(|machine: &Rc<Machine>| match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => Some(site.clone()),
            _ => None,
        });
        let (file, start, message, hint) = match foreign {
            Some(site) => {
                let path = product::path_between("flake.nix", &fleet.overlay_path);
                let call = product::overlay_call(fleet, name, &flake, &path);
                let (by, argument) = match name.kind {
                    MachineKind::NixOs => ("specialArgs", "specialArgs.pkgs"),
                    MachineKind::Home => ("extraSpecialArgs", "extraSpecialArgs.pkgs"),
                    MachineKind::Darwin => ("darwinSystem", "pkgs"),
                };
                snippet = format!("{argument} = pkgs.extend {call};\n{snippet}");
                let message = format!(
                    "`{by}` hands {name} a `pkgs` that it shares with other machines, so overlays of its modules do nothing"
                );
                let hint = "Give this machine a `pkgs` of its own with the overlay in it, as below; better, hand out no \
                            `pkgs` there at all.";
                (site.file.clone(), start(site.name()), message, hint)
            }
            None => {
                let hosts = model.site_of_kind(name.kind).map_or(model.outputs.syntax().text_range(), Site::name);
                let (message, hint) = why_by_hand(self.cx, name);
                (model.source.clone(), start(hosts), message, hint)
            }
        };
        let place = start..start + 1;
        let mut said = diagnostic(&file, place, Severity::Warning, "by-hand", message, Some(hint.to_owned()));
        said.snippet = Some(snippet);
        let reason = said.message.clone();
        self.draft.diagnostics.push(said);
        self.planned(name, How::ByHand, reason);
    }
}

/// Why only its owner can reach a machine, and what is to be done.
fn why_by_hand(cx: &Context<'_, '_>, name: &MachineName) -> (String, &'static str) {
    let word = name.kind.word();
    let Some(machine) = cx.model.machine(name).filter(|_| cx.generated.is_some()) else {
        return (
            format!("Nothing in the given files makes the {word} {name}, so its modules cannot be extended here"),
            "Put this line into the list of modules where the machine is made, or give that file too.",
        );
    };
    let maker = match machine.unknown.as_ref().map(|unknown| &unknown.cause) {
        Some(value::Cause::Foreign(maker)) => format!("`{maker}` makes the {word} {name} by rules of its own"),
        _ => format!("No list of modules that is written here is {name}'s alone"),
    };
    (
        format!("{maker}, and a program writes flake.nix, where it could be extended"),
        "Put this line where your own files say of what modules this machine is made, with the path from there.",
    )
}

/// What a machine's list takes in, and how it reaches the llama.cpp flake.
fn element(spec: &MachineSpec, source: &Source, route: &Route) -> (String, Reach) {
    let reach = route.reach.clone().unwrap_or(Reach { expr: String::new(), by_name: false });
    (product::machine_import(spec.delivery, &reach.expr, &source.path, &spec.file), reach)
}

/// Adds an item to a module's `imports`.
fn import(source: &Source, item: &str, why: &Why) -> Option<Vec<Edit>> {
    let body = module_body::of(source)?;
    let new = [item.to_owned()];
    match imports_of(&body)? {
        Imports::List(list) => layout::append_items(source, &list, &new, why),
        Imports::New => layout::prepend_binding(source, body.syntax(), &format!("imports = [ {item} ];"), why),
    }
}

/// Appends ` ++ [ … ]` to an expression, in parentheses where its own form would swallow that.
fn concatenate(source: &Source, expr: &ast::Expr, item: &str, why: &Why) -> Vec<Edit> {
    let (start, end) = span(expr.syntax());
    // comments behind the expression on its line stay with it
    let (behind, line_comment) = layout::end_of_line(expr.syntax());
    let gap = match line_comment {
        true => format!("{}{}", source.eol(), source.indent_at(start)),
        false => " ".to_owned(),
    };
    let list = format!("{gap}++ [ {item} ]");
    let open = syntax::goes_into_parentheses(expr);
    // `a ++ b` goes on as it is; but a comment behind it is behind all of it
    let goes_on = behind == end
        && matches!(expr, ast::Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Concat));
    let mut edits = Vec::new();
    if open && !goes_on {
        edits.push(Edit::insert(start, "(", why));
        edits.push(Edit::insert(end, ")", why));
    }
    match edits.last_mut().filter(|_| behind == end) {
        Some(close) => close.insert.push_str(&list),
        None => edits.push(Edit::insert(behind, list, why)),
    }
    edits
}

/// Puts a call before an expression, which stands in parentheses where it has to.
fn around(expr: &ast::Expr, before: String, why: &Why) -> Vec<Edit> {
    let (start, end) = span(expr.syntax());
    let atom = matches!(
        expr.syntax().kind(),
        SyntaxKind::NODE_PAREN | SyntaxKind::NODE_IDENT | SyntaxKind::NODE_SELECT | SyntaxKind::NODE_ATTR_SET
    );
    match atom {
        true => vec![Edit::insert(start, before, why)],
        false => vec![Edit::insert(start, format!("{before}("), why), Edit::insert(end, ")", why)],
    }
}

/// What stands before the result of `outputs` so that its machines go through the files that extend some of them.
fn around_result(
    source: &Source,
    body: &ast::Expr,
    outputs: &rnix::SyntaxNode,
    extended: &[Around],
    flake: &str,
) -> String {
    let eol = source.eol();
    let step = source.indent_step();
    let (start, _) = span(body.syntax());
    let line = if source.begins_line(start) { start } else { span(outputs).0 };
    let indent = source.indent_at(line).to_owned();
    let bindings: String = extended
        .iter()
        .map(|Around { kind, literal, .. }| {
            let output = kind.output();
            format!("{indent}{step}{step}{output} = import {literal} {flake} result.{output};{eol}")
        })
        .collect();
    format!(
        "({eol}{indent}{step}result:{eol}{indent}{step}result{eol}{indent}{step}// {{{eol}{bindings}{indent}{step}}}{eol}\
         {indent}){eol}{indent}{step}"
    )
}
