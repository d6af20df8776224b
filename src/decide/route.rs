//! Where each machine's file of ours is brought in: the plainest place that touches no other machine.
//!
//! `{ … }` (the machine's own file) => `{ imports = [ ./heron-llama-cpp.nix ]; … }`
//! `modules = [ ./heron.nix ];` => `modules = [ ./heron.nix ./machines/heron-llama-cpp.nix ];`
//! `heron = mk "heron";` => `heron = (mk "heron").extendModules { modules = [ … ]; };`

use std::rc::Rc;

use rnix::{SyntaxNode, ast};
use rowan::ast::AstNode;

use super::module_body;
use super::{Context, Reach, own_file, reach, readers};
use crate::flake::machines::{ForeignPkgs, Machine, ModulesSite, Output};
use crate::flake::value::{EnvId, Site};
use crate::kind::MachineName;
use crate::product::Delivery;
use crate::syntax::{self, Source, span};

/// The way in which one machine is reached.
#[derive(Debug, Clone)]
pub(crate) struct Route {
    pub place: Place,
    pub delivery: Delivery,
    /// How the llama.cpp flake is named at that place, where it can be.
    pub reach: Option<Reach>,
    /// The `specialArgs.pkgs` of this machine alone, into which the overlay goes, and how the flake is named there.
    pub pkgs: Option<(Site, Reach)>,
}

/// What is extended.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// The `imports` of the machine's own file.
    OwnFile(Rc<Source>),
    /// Its own list of modules.
    List(ModulesSite),
    /// `(…).extendModules { … }` around its value.
    Value { file: Rc<Source>, value: ast::Expr },
    /// The file that extends machines by name, around all of them.
    Wrapper,
    /// Nothing in the given files makes it, or what it is made of does not let it be extended.
    ByHand,
}

impl Route {
    fn at(place: Place, delivery: Delivery, reach: Option<Reach>) -> Route {
        Route { place, delivery, reach, pkgs: None }
    }
}

/// The best way to a machine.
pub(super) fn decide(cx: &Context<'_, '_>, input: &str, name: &MachineName) -> Route {
    let Some(machine) = cx.model.machine(name) else {
        let is_open = cx.model.open_set(name.kind).is_some();
        return if is_open && cx.generated.is_none() { wrapper(cx, input) } else { by_hand() };
    };
    let pkgs = match &machine.pkgs {
        ForeignPkgs::SpecialArgs(_) => match own_pkgs(cx, input, machine) {
            Some(own) => Some(own),
            None => return by_hand(),
        },
        _ => None,
    };
    Route { pkgs, ..modules(cx, input, machine) }
}

/// The best way to a machine's modules.
fn modules(cx: &Context<'_, '_>, input: &str, machine: &Machine) -> Route {
    let sees_inputs = cx.model.sees_input(machine, input) == Some(true);
    let delivery = if sees_inputs { Delivery::SpecialArgs } else { Delivery::Argument };
    if cx.careful {
        return outside(cx, input, machine, delivery);
    }
    let fits = |own: &Rc<Source>| takes_imports(own) && readers::all_get_inputs(cx, input, &own.path);
    if sees_inputs && let Some(own) = own_file::of(cx, machine).filter(fits) {
        return Route::at(Place::OwnFile(own), Delivery::SpecialArgs, None);
    }
    let mut second: Option<Route> = None;
    for site in cx.model.modules_sites(machine).into_iter().filter(ModulesSite::is_plain) {
        let reach_at = |node| reach(cx.model, input, site.file(), node, Some(site.env()));
        let reach = reach_at(site.node());
        // what the expression itself binds is not seen behind it
        if let ModulesSite::Expr { expr, .. } = &site
            && reach != reach_at(&around(expr))
        {
            continue;
        }
        if reach.is_some() || sees_inputs {
            let route = Route::at(Place::List(site), delivery, reach);
            if readers::left_out(cx, machine, &route.place).is_empty() {
                return route;
            }
            second.get_or_insert(route);
        }
    }
    // where no place is seen by every reader, the plainest one is taken, and the plan says who does not see it
    second.unwrap_or_else(|| outside(cx, input, machine, delivery))
}

/// The way around a machine's own modules. What a program writes into flake.nix anew is no place for it.
fn outside(cx: &Context<'_, '_>, input: &str, machine: &Machine, delivery: Delivery) -> Route {
    if cx.generated.is_some() {
        return by_hand();
    }
    if let Some(site) = &machine.site
        && let Some(value) = site.value()
        && !cx.model.is_extended(machine)
        && !machine.covered
        && Rc::ptr_eq(&site.file, &cx.model.source)
        && site.is_named()
        && cx.model.is_made_once(&site.binding)
    {
        let reach = reach(cx.model, input, &site.file, &around(&value), None);
        if reach.is_some() || delivery == Delivery::SpecialArgs {
            return Route::at(Place::Value { file: site.file.clone(), value }, delivery, reach);
        }
    }
    // what lays itself over the outputs does not reach below `legacyPackages`
    if machine.output == Output::HomesPerSystem {
        return by_hand();
    }
    wrapper(cx, input)
}

fn wrapper(cx: &Context<'_, '_>, input: &str) -> Route {
    let body = cx.model.outputs.body();
    let reach = body.and_then(|body| reach(cx.model, input, &cx.model.source, body.syntax(), None));
    match reach {
        Some(reach) => Route::at(Place::Wrapper, Delivery::Argument, Some(reach)),
        None => by_hand(),
    }
}

fn by_hand() -> Route {
    Route::at(Place::ByHand, Delivery::Argument, None)
}

/// Whether a file of the machine's takes another element of its `imports`.
fn takes_imports(own: &Source) -> bool {
    module_body::of(own).is_some_and(|body| imports_of(&body).is_some())
}

/// Where a module's `imports` take another element.
pub(crate) enum Imports {
    /// In this list.
    List(ast::List),
    /// In a list of their own.
    New,
}

/// Where a module's `imports` take another element; `None`: they are no list that could be extended.
pub(crate) fn imports_of(body: &ast::AttrSet) -> Option<Imports> {
    for entry in syntax::layout::entries(body.syntax()) {
        let names: Vec<_> = syntax::names_of(&entry).map(|(name, _)| syntax::name_in(name)).collect();
        match (ast::AttrpathValue::cast(entry.clone()), names.as_slice()) {
            (Some(binding), [Some(name)]) if name == "imports" => {
                return module_body::list_of(&binding.value()?).map(Imports::List);
            }
            // `inherit (x) imports;`
            (None, names) if names.iter().any(|name| name.as_deref() == Some("imports")) => return None,
            _ => {}
        }
    }
    Some(Imports::New)
}

/// The machine's `specialArgs.pkgs`, where it is written for it alone, so that the overlay can be put into it.
fn own_pkgs(cx: &Context<'_, '_>, input: &str, machine: &Machine) -> Option<(Site, Reach)> {
    let ForeignPkgs::SpecialArgs(site) = &machine.pkgs else { return None };
    let place = span(&site.binding);
    let shared = cx.model.all_machines().filter(|other| !other.is_same_as(machine)).any(|other| {
        matches!(&other.pkgs, ForeignPkgs::SpecialArgs(theirs)
            if Rc::ptr_eq(&theirs.file, &site.file) && span(&theirs.binding) == place)
    });
    let in_helper = cx.model.in_function_of_its_own(machine, &site.file, &site.binding);
    if shared || in_helper || machine.covered || site.value().is_none() && plain_inherit(&site.binding).is_none() {
        return None;
    }
    let reach = reach(cx.model, input, &site.file, &site.binding, None)?;
    Some((site.clone(), reach))
}

/// `inherit pkgs;` or `inherit (x) pkgs;` in a set that is not `rec`, with `x.` for the latter.
pub(crate) fn plain_inherit(binding: &SyntaxNode) -> Option<(ast::Inherit, String)> {
    let inherit = ast::Inherit::cast(binding.clone())?;
    let set = ast::AttrSet::cast(binding.parent()?)?;
    if syntax::is_rec(&set) {
        return None;
    }
    let from = match inherit.from().and_then(|from| from.expr()) {
        Some(from @ (ast::Expr::Ident(_) | ast::Expr::Select(_))) => format!("{}.", from.syntax().text()),
        Some(other) => format!("({}).", other.syntax().text()),
        None => String::new(),
    };
    Some((inherit, from))
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

    pub(crate) fn file(&self) -> &Rc<Source> {
        match self {
            ModulesSite::List { file, .. }
            | ModulesSite::Expr { file, .. }
            | ModulesSite::Argument { file, .. }
            | ModulesSite::Imports { file, .. }
            | ModulesSite::Module { file, .. } => file,
        }
    }

    pub(crate) fn node(&self) -> &SyntaxNode {
        match self {
            ModulesSite::List { list, .. } => list.syntax(),
            ModulesSite::Expr { expr, .. } | ModulesSite::Module { expr, .. } => expr.syntax(),
            ModulesSite::Argument { set, .. } | ModulesSite::Imports { set, .. } => set,
        }
    }

    fn env(&self) -> EnvId {
        match self {
            ModulesSite::List { env, .. }
            | ModulesSite::Expr { env, .. }
            | ModulesSite::Argument { env, .. }
            | ModulesSite::Imports { env, .. }
            | ModulesSite::Module { env, .. } => *env,
        }
    }
}
