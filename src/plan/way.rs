//! Where each machine gets its llama.cpp: its own list of modules, the finished system, or the whole of the machines.

use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxNode, ast};
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

/// The node in which stands what is written behind an expression: names that the expression binds are not seen there.
fn around(expr: &ast::Expr) -> SyntaxNode {
    expr.syntax().parent().unwrap_or_else(|| expr.syntax().clone())
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

    /// The node in which new modules stand.
    fn scope(&self) -> SyntaxNode {
        match self {
            ModulesSite::Expr { expr, .. } => around(expr),
            _ => self.node().clone(),
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
        let by_path = self.request.options.style == Style::Module
            && self.flake.sees_input(machine, &self.input_name) == Some(true);
        for site in machine.lists.iter().filter(|site| !self.cautious && site.is_plain()) {
            let reach_at = |node| reach(&self.flake, &self.input_name, site.file(), node, Some(site.env()));
            let reach = reach_at(site.node());
            // what the expression itself binds is not seen behind it
            if reach != reach_at(&site.scope()) {
                continue;
            }
            if (reach.is_some() || by_path) && !self.is_ours(&site.file().path) {
                return Way::List(site.clone(), reach);
            }
        }
        if let Some(site) = &machine.site
            && let Some(value) = &site.value()
            && !self.is_ours(&site.file.path)
            && !machine.extended
            && !machine.covered
            && Rc::ptr_eq(&site.file, &self.flake.source)
            && site.is_named()
            && self.flake.is_made_once(&site.binding)
        {
            let reach = reach(&self.flake, &self.input_name, &site.file, &around(value), None);
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
                    let kept = default.items().map(|item| syntax::text(item.syntax()));
                    let items: Vec<String> = kept.chain(texts).collect();
                    let text = format!("{} = {};", Nix::attr(name), list_text(&items));
                    layout::append_binding(&source, set, &text, &reason).unwrap_or_default()
                }
            };
            self.edits.entry(source.path.clone()).or_default().extend(edit);
        }
        self.named_in_outputs |= self.names_input(fleet, reach);
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

    /// Whether a machine's elements name the input as the outputs pattern takes it; the module's path alone does not.
    fn names_input(&self, fleet: &Fleet, reach: Option<&Reach>) -> bool {
        self.shared.is_none()
            && (fleet.delivery == Delivery::Argument || fleet.style == Style::Overlay)
            && reach.is_some_and(|reach| reach.by_name)
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
                    if same(&syntax::text(node), &element.text) {
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

    /// Whether an element of a machine's modules is one that we wrote, by the path that it names. A file of the user's that
    /// lies where ours goes is an earlier attempt, and its element goes with it.
    fn our_kind(&self, module: &Module, machine: &str) -> Option<Kind> {
        let node = module.node.as_ref()?;
        if let Value::Path(path) = &module.value {
            if self.module_paths().iter().any(|known| **known == **path) {
                return self.is_ours(path).then_some(Kind::Module);
            }
            // most paths end otherwise than any machine's own
            let end = self.paths.machine.rsplit("{machine}").next().unwrap_or_default();
            let is_own = path.ends_with(end) && **path == *self.paths.of_machine(machine);
            return (is_own && self.is_ours(path)).then_some(Kind::MachineFile);
        }
        let expr = ast::Expr::cast(node.clone()).map(syntax::strip_parens)?;
        let names = |path: &str| paths_in(&module.file, node).iter().any(|known| known == path) && self.is_ours(path);
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
                text: nix::path_between(&source.path, file).into(),
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
        }
        self.named_in_outputs |= self.names_input(fleet, reach);
        let how = if self.shared.is_some() { How::SharedFile } else { How::ExtendModules };
        self.planned(fleet, name, how, format!("the finished system on line {line} of {} is extended", source.path));
    }

    pub(super) fn planned(&mut self, fleet: &Fleet, name: &str, how: How, reason: String) {
        let Some(spec) = fleet.machines.get(name) else { return };
        let variant = spec.request.variant;
        self.machines.push(PlannedMachine { name: name.to_owned(), variant, how, reason });
    }
}

/// `{ nixpkgs.overlays = [ (import … { … }) ]; }`, at indent 0.
pub(super) fn overlay_module(fleet: &Fleet, machine: &str, flake: &str, source: &Source) -> String {
    let call = nix::overlay_call(fleet, machine, flake, &nix::path_between(&source.path, &fleet.overlay_path));
    format!("{{\n  nixpkgs.overlays = [\n    {}\n  ];\n}}", layout::reindent(&call, "    ", "\n"))
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
    );
    // `a ++ b` goes on as it is; but a comment behind it is behind all of it
    let goes_on = behind == end
        && matches!(expr, ast::Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Concat));
    let mut edits = Vec::new();
    if open && !goes_on {
        edits.push(Edit::insert(start, "(", reason));
        edits.push(Edit::insert(end, ")", reason));
    }
    match edits.last_mut().filter(|_| behind == end) {
        Some(close) => close.insert.push_str(&list),
        None => edits.push(Edit::insert(behind, list, reason)),
    }
    edits
}
