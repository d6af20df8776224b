//! Whose a file is: a machine's own file is a module of that machine, and nothing else leads to it.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use super::Context;
use crate::flake::Flake;
use crate::flake::machines::{Machine, Own};
use crate::flake::modules::{Definition, call};
use crate::flake::value::Value;
use crate::kind::MachineName;
use crate::syntax::{self, Source};

/// What the machines of a flake are made of, as far as it can be told.
#[derive(Debug, Default)]
pub(crate) struct Users {
    /// The files that each machine leads to, once for each machine; sorted.
    files: Vec<String>,
    /// Machines whose modules cannot be told: they may use any file that is for their kind.
    untold: Vec<MachineName>,
}

impl Users {
    pub fn of(model: &Flake<'_>) -> Users {
        let mut users = Users::default();
        let mut seen = BTreeSet::new();
        for machine in model.all_machines() {
            // what is one machine under two names uses them once
            if machine.identity().is_some_and(|system| !seen.insert(system)) {
                continue;
            }
            let computed = |known: &&Definition| *known.path == ["imports"] && !names_files(&known.value);
            let here = model.definitions(machine).iter().filter(computed);
            if here.into_iter().any(|known| Rc::ptr_eq(&known.file, &model.source))
                || !machine.modules_known
                || machine.modules_covered
                || machine.modules.iter().any(|module| is_untold(&module.value))
            {
                users.untold.push(machine.full_name());
            }
            users.files.extend(model.files_behind(machine));
        }
        users.files.sort();
        users
    }

    /// Whether what a machine is made of cannot be told, so that any file may be among it.
    pub fn may_use_any(&self, machine: &Machine) -> bool {
        self.untold.iter().any(|name| machine.is(name))
    }

    /// How many machines lead to a file: none, one, or (2) more.
    fn count(&self, file: &str) -> usize {
        let first = self.files.partition_point(|known| known.as_str() < file);
        self.files[first..].iter().take(2).take_while(|known| *known == file).count()
    }
}

/// The machine's own file, if it was given: one that bears its name, or is the only machine's, and that no other one reads.
pub(super) fn of(cx: &Context<'_, '_>, machine: &Machine) -> Option<Rc<Source>> {
    let direct = |path: &String| {
        let mut modules = machine.modules.iter().filter(|module| !module.covered);
        modules.any(|module| match &module.value {
            Value::Path(known) => cx.model.eval.resolve_file(known).as_ref() == Some(path),
            _ => false,
        })
    };
    let own = cx.model.own_files(machine).into_iter().filter(|(_, own)| *own != Own::InFolder);
    let mut own = own.map(|(path, _)| path).filter(direct);
    let file = own
        .find(|file| !cx.goes(file) && !cx.past.ours.contains_key(file.as_str()) && is_alone_with(cx, machine, file))?;
    cx.model.eval.source(&file)
}

/// Whether no other machine uses a file of this machine's. A machine whose modules cannot be told may use any file.
fn is_alone_with(cx: &Context<'_, '_>, machine: &Machine, file: &str) -> bool {
    let is_other = |name: &MachineName| {
        let other = cx.model.machine(name);
        name.kind == machine.kind && !machine.is(name) && other.is_none_or(|other| !other.is_same_as(machine))
    };
    cx.users.count(file) == 1 && !cx.users.untold.iter().any(is_other)
}

/// Whether a module may be any file, or import any.
fn is_untold(module: &Value) -> bool {
    match module {
        Value::Unknown(_) => true,
        // put together by functions
        Value::Attrs(attrs) => attrs.literal.is_none() && (!attrs.is_whole() || attrs.entries.contains_key("imports")),
        _ => false,
    }
}

/// Whether a list of imports says in paths what it imports of this repository.
fn names_files(imports: &ast::Expr) -> bool {
    match syntax::strip_parens(imports.clone()) {
        ast::Expr::List(list) => list.items().all(|item| names_file(&item)),
        ast::Expr::BinOp(operation) if operation.operator() == Some(ast::BinOpKind::Concat) => {
            [operation.lhs(), operation.rhs()].into_iter().flatten().all(|side| names_files(&side))
        }
        _ => false,
    }
}

fn names_file(item: &ast::Expr) -> bool {
    let text = || syntax::text(item.syntax());
    match syntax::strip_parens(item.clone()) {
        ast::Expr::PathRel(_) => !text().contains("${"),
        // of another flake, or of nixpkgs
        ast::Expr::Select(_) => !text().contains("self"),
        ast::Expr::BinOp(_) => text().contains("modulesPath"),
        ast::Expr::Str(_) => text().contains("${modulesPath}"),
        // what they import is a definition of its own
        ast::Expr::AttrSet(_) | ast::Expr::Lambda(_) => true,
        import @ ast::Expr::Apply(_) => call(&import).is_some_and(|(name, arguments)| {
            name == "import" && arguments.first().is_some_and(|path| matches!(path, ast::Expr::PathRel(_)))
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
