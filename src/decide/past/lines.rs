//! The lines of an earlier plan in lists of the user's: modules, imports, overlays.
//!
//! `{ imports = [ ./heron-llama-cpp.nix ]; a = 1; }` => `{ a = 1; }`
//! `a ++ [ ./heron-llama-cpp.nix ]` => `a`
//! `(f x).extendModules { modules = [ ./heron-llama-cpp.nix ]; }` => `f x`

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::{Past, Reader, machine_of};
use crate::flake::machines::ForeignPkgs;
use crate::kind::MachineName;
use crate::product::{self, Generated};
use crate::syntax::{self, Edit, Source, layout, paths_in, span};
use crate::why::{Cause, Why};

/// An item of a list that names a file of ours.
#[derive(Debug)]
pub(super) struct Line {
    pub source: Rc<Source>,
    pub item: SyntaxNode,
    /// The file of ours.
    pub path: String,
    pub kind: Generated,
    /// The machines that it stands for.
    pub owners: BTreeSet<MachineName>,
}

/// Every such item in the given files of the user's.
pub(super) fn find(reader: &Reader<'_, '_>, past: &Past) -> Vec<Line> {
    let mut found = Vec::new();
    for source in reader.sources(past) {
        for list in source.root.descendants().filter_map(ast::List::cast) {
            for item in list.items() {
                let Some(path) = import_in(&source, &item) else { continue };
                let Some((kind, machine)) = ours(reader, past, &item, &path) else { continue };
                let owners = match machine {
                    Some(name) => BTreeSet::from([name]),
                    None => owners(reader, &source, item.syntax()),
                };
                found.push(Line { source: source.clone(), item: item.syntax().clone(), path, kind, owners });
            }
        }
    }
    found
}

/// The path of an item that is a path, or a call that imports one.
fn import_in(source: &Source, item: &ast::Expr) -> Option<String> {
    let expr = syntax::strip_parens(item.clone());
    let path = match &expr {
        ast::Expr::PathRel(_) => expr.clone(),
        ast::Expr::BinOp(_) => expr.clone(),
        ast::Expr::Apply(_) => imported(&expr)?,
        _ => return None,
    };
    match paths_in(source, path.syntax()).as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}

/// The path that `import` is called with, at the beginning of a call.
fn imported(call: &ast::Expr) -> Option<ast::Expr> {
    let ast::Expr::Apply(apply) = call else { return None };
    match syntax::strip_parens(apply.lambda()?) {
        ast::Expr::Ident(name) if syntax::name(&name) == "import" => Some(syntax::strip_parens(apply.argument()?)),
        inner @ ast::Expr::Apply(_) => imported(&inner),
        _ => None,
    }
}

/// What a named file is, where it is one of ours; of a machine's file, the machine.
fn ours(
    reader: &Reader<'_, '_>,
    past: &Past,
    item: &ast::Expr,
    path: &str,
) -> Option<(Generated, Option<MachineName>)> {
    let paths = &reader.places.paths;
    let by_path = || reader.request.names().find(|name| paths.is_file_of(name, path));
    match past.ours.get(path) {
        Some(Some(kind @ Generated::Machine(_))) => {
            return Some((*kind, Some(machine_of(reader, path).or_else(by_path)?)));
        }
        Some(Some(kind)) => return Some((*kind, None)),
        // from before the first lines said what a file is
        Some(None) => {
            return match by_path() {
                Some(machine) => Some((Generated::Machine(machine.kind), Some(machine))),
                None => {
                    reader.request.options.remove.iter().any(|gone| gone == path).then_some((Generated::Module, None))
                }
            };
        }
        None => {}
    }
    if reader.request.files.contains_key(path) {
        return None;
    }
    // not given: what lies where the form puts ours, and is written as we write it
    let is_call = matches!(syntax::strip_parens(item.clone()), ast::Expr::Apply(_));
    let takes_flake = || {
        let sets = item.syntax().descendants().filter_map(ast::AttrSet::cast);
        let mut entries = sets.flat_map(|set| layout::entries(set.syntax()));
        entries.any(|entry| syntax::given_names(&entry).flatten().any(|name| name == "llama-cpp"))
    };
    if path == paths.module {
        return Some((Generated::Module, None));
    }
    if path == paths.overlay {
        return (is_call && takes_flake()).then_some((Generated::Overlay, None));
    }
    let machine = by_path()?;
    Some((Generated::Machine(machine.kind), Some(machine)))
}

/// The machines among whose modules a node stands, or whose files import the file that it stands in.
fn owners(reader: &Reader<'_, '_>, source: &Rc<Source>, node: &SyntaxNode) -> BTreeSet<MachineName> {
    let within = |outer: &SyntaxNode| outer.text_range().contains_range(node.text_range());
    let holds = |machine: &&Rc<crate::flake::machines::Machine>| {
        let by_list = machine
            .modules
            .iter()
            .any(|module| Rc::ptr_eq(&module.file, source) && module.node.as_ref().is_some_and(within));
        let by_pkgs = match &machine.pkgs {
            ForeignPkgs::SpecialArgs(site) => Rc::ptr_eq(&site.file, source) && within(&site.binding),
            _ => false,
        };
        by_list || by_pkgs || reader.given.files_of(&machine.modules).contains(&source.path)
    };
    reader.given.all_machines().filter(holds).map(|machine| machine.full_name()).collect()
}

/// Takes out the lines of machines that are chosen now; one that a machine needs which keeps what it has, stays.
pub(super) fn take_out(reader: &Reader<'_, '_>, past: &mut Past, found: &[Line]) {
    let goes = |line: &&Line| {
        let is_chosen = |name: &MachineName| reader.is_chosen(name);
        if reader.request.options.remove.contains(&line.path) {
            return true;
        }
        match line.kind {
            Generated::Machine(_) => line.owners.iter().all(is_chosen),
            _ => !line.owners.is_empty() && line.owners.iter().all(|name| !past.kept.contains(name)),
        }
    };
    let goes: Vec<&Line> = found.iter().filter(goes).collect();
    let mut edits: Vec<(String, Vec<Edit>)> = Vec::new();
    let mut done: Vec<(String, usize)> = Vec::new();
    for line in &goes {
        let Some(list) = line.item.parent() else { continue };
        let key = (line.source.path.clone(), span(&list).0);
        if done.contains(&key) {
            continue;
        }
        let in_list = goes.iter().filter(|other| other.item.parent().as_ref() == Some(&list));
        let items: Vec<&SyntaxNode> = in_list.map(|other| &other.item).collect();
        edits.push((line.source.path.clone(), out_of(&line.source, &list, &items)));
        done.push(key);
    }
    for (path, new) in edits {
        past.edits.entry(path).or_default().extend(new);
    }
    for source in reader.sources(past) {
        let out = out_of_pkgs(reader, past, &source);
        if !out.is_empty() {
            past.edits.entry(source.path.clone()).or_default().extend(out);
        }
    }
}

/// Takes items out of a list, and the list with what was written around it, where nothing else is in it.
fn out_of(source: &Source, list: &SyntaxNode, items: &[&SyntaxNode]) -> Vec<Edit> {
    let why = Why::of(Cause::Earlier);
    let all: Vec<SyntaxNode> = list.children().filter(|child| ast::Expr::can_cast(child.kind())).collect();
    let rest: Vec<&SyntaxNode> = all.iter().filter(|item| !items.contains(item)).collect();
    let around = match rest.as_slice() {
        [] => whole(source, list, &why),
        [only] => module_alone(source, list, only, &why),
        _ => None,
    };
    around.unwrap_or_else(|| items.iter().map(|item| layout::remove_added(source, item, &why)).collect())
}

/// `heron = { imports = [ ./heron.nix ./ours.nix ]; };` => `heron = ./heron.nix;`
fn module_alone(source: &Source, list: &SyntaxNode, only: &SyntaxNode, why: &Why) -> Option<Vec<Edit>> {
    let binding = list.parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
    let set = binding.parent().filter(|set| layout::entries(set).len() == 1)?;
    let is_value = set.parent()?.kind() == SyntaxKind::NODE_ATTRPATH_VALUE;
    let is_imports =
        syntax::first_name(&binding).as_deref() == Some("imports") && syntax::names_of(&binding).count() == 1;
    let (start, end) = span(&set);
    let one_line = !source.text[start..end].contains('\n');
    let (inner_start, inner_end) = span(syntax::strip_parens(ast::Expr::cast(only.clone())?).syntax());
    let cut = |start, end| Edit { start, end, insert: String::new(), why: why.clone() };
    (is_value && is_imports && one_line).then(|| vec![cut(start, inner_start), cut(inner_end, end)])
}

/// What was written around a list that holds nothing but ours.
fn whole(source: &Source, list: &SyntaxNode, why: &Why) -> Option<Vec<Edit>> {
    let above = list.parent()?;
    // ours is on one line; one of several lines was the owner's, and empty
    let is_theirs = || list.text().contains_char('\n');
    match above.kind() {
        SyntaxKind::NODE_BIN_OP => {
            let joined = ast::BinOp::cast(above)?;
            let (left, right) = (joined.lhs()?, joined.rhs()?);
            let is_ours = right.syntax() == list && !is_theirs();
            is_ours.then(|| unwrapped(&left, span(list).1, why, syntax::goes_into_parentheses))
        }
        SyntaxKind::NODE_ATTRPATH_VALUE => {
            let names: Vec<String> =
                syntax::names_of(&above).filter_map(|(name, _)| Some(syntax::name_in(name)?.into_owned())).collect();
            let set = above.parent()?;
            let alone = layout::entries(&set).len() == 1;
            match names.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["modules"] if alone => extended(&set, why),
                ["modules"] => None,
                ["nixpkgs", "overlays"] if alone && set.parent()?.kind() == SyntaxKind::NODE_LIST => {
                    Some(vec![layout::remove(source, &set, why)])
                }
                ["imports"] if is_theirs() => None,
                ["imports"] if alone => Some(vec![layout::remove_added(source, &above, why)]),
                ["imports"] => Some(vec![layout::remove_first(source, &above, why)]),
                _ => Some(layout::remove_ours(source, &above, product::is_comment, why)),
            }
        }
        _ => None,
    }
}

/// `value.extendModules { modules = [ … ]; }` => `value`
fn extended(set: &SyntaxNode, why: &Why) -> Option<Vec<Edit>> {
    let call = ast::Apply::cast(set.parent()?)?;
    let ast::Expr::Select(function) = call.lambda()? else { return None };
    without_last(&function, "extendModules", span(call.syntax()).1, why)
}

/// `a.b.name { … }` => `a.b`, up to `end`.
fn without_last(function: &ast::Select, name: &str, end: usize, why: &Why) -> Option<Vec<Edit>> {
    let path = function.attrpath()?;
    (syntax::static_path(&path)?.last()? == name).then_some(())?;
    let attrs: Vec<ast::Attr> = path.attrs().collect();
    match attrs.as_slice() {
        [_] => Some(unwrapped(&function.expr()?, end, why, needs_parentheses)),
        [.., before, _] => {
            let start = span(before.syntax()).1;
            Some(vec![Edit { start, end, insert: String::new(), why: why.clone() }])
        }
        [] => None,
    }
}

/// Takes away what stands behind an expression up to `end`, and the parentheses that it then needs no more: those into
/// which we put such an expression.
fn unwrapped(left: &ast::Expr, end: usize, why: &Why, is_put_into: fn(&ast::Expr) -> bool) -> Vec<Edit> {
    let (start, behind) = span(left.syntax());
    let cut = |start, end| Edit { start, end, insert: String::new(), why: why.clone() };
    let inner = match left {
        ast::Expr::Paren(paren) if is_tight(paren) => paren.expr().filter(is_put_into),
        _ => None,
    };
    // a comment behind the expression stays with it
    let content = layout::end_of_line(left.syntax()).0.min(end).max(behind);
    let mut edits = Vec::new();
    if let Some(inner) = inner {
        let (inner_start, inner_end) = span(inner.syntax());
        edits.extend([cut(start, inner_start), cut(inner_end, behind)]);
    }
    edits.push(cut(content, end));
    edits
}

/// Whether parentheses may be ours: we put them around an expression without a blank.
pub(super) fn is_tight(paren: &ast::Paren) -> bool {
    let inner = paren.expr().map(|expr| span(expr.syntax()));
    let (start, end) = span(paren.syntax());
    inner == Some((start + 1, end - 1))
}

/// Whether an expression was put into parentheses so that something could follow it.
fn needs_parentheses(expr: &ast::Expr) -> bool {
    !matches!(expr, ast::Expr::Ident(_) | ast::Expr::Select(_) | ast::Expr::Paren(_) | ast::Expr::List(_))
}

/// `pkgs = x.extend (import ./overlay.nix { … });` => `pkgs = x;`
fn out_of_pkgs(reader: &Reader<'_, '_>, past: &Past, source: &Rc<Source>) -> Vec<Edit> {
    let why = Why::of(Cause::Earlier);
    let mut edits = Vec::new();
    for machine in reader.given.all_machines().filter(|machine| reader.is_chosen(&machine.full_name())) {
        let ForeignPkgs::SpecialArgs(site) = &machine.pkgs else { continue };
        if !Rc::ptr_eq(&site.file, source) {
            continue;
        }
        let Some(value) = site.value() else { continue };
        let ast::Expr::Apply(apply) = syntax::strip_parens(value.clone()) else { continue };
        let (Some(ast::Expr::Select(function)), Some(argument)) = (apply.lambda(), apply.argument()) else { continue };
        let is_ours = import_in(source, &argument)
            .and_then(|path| ours(reader, past, &argument, &path))
            .is_some_and(|(kind, _)| kind == Generated::Overlay);
        let end = span(apply.syntax()).1;
        let Some(cut) = without_last(&function, "extend", end, &why).filter(|_| is_ours) else { continue };
        let base = function.expr().map(|base| syntax::text(base.syntax())).unwrap_or_default();
        let whole = function.attrpath().map(|path| path.attrs().count()) == Some(1);
        let inherited = match base.strip_suffix("pkgs") {
            Some("") if whole => Some("inherit pkgs;".to_owned()),
            Some(from) if whole => from.strip_suffix('.').map(|from| format!("inherit ({from}) pkgs;")),
            _ => None,
        };
        match inherited.filter(|_| syntax::names_of(&site.binding).count() == 1) {
            Some(inherit) => edits.push(Edit::replace(site.binding.text_range(), inherit, &why)),
            None => edits.extend(cut),
        }
    }
    edits
}
