//! Whose a file is: a machine's own file is a module of that machine, and nothing else leads to it.

use std::collections::BTreeSet;
use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use crate::flake::machines::Machine;
use crate::flake::modules::{Definition, call};
use crate::flake::value::Value;
use crate::plan::Planner;
use crate::syntax::{self, Source};

/// What the machines of a flake are made of, as far as it can be told.
#[derive(Debug, Default)]
pub(in crate::plan) struct Users {
    /// The files that each machine leads to, once for each machine; sorted.
    files: Vec<String>,
    /// Machines whose modules cannot be told: they may use any file.
    untold: Vec<String>,
    /// Machines some of whose files were not given, or import what cannot be told.
    unseen: Vec<String>,
}

impl Users {
    /// How many machines lead to a file: none, one, or (2) more.
    fn count(&self, file: &str) -> usize {
        let first = self.files.partition_point(|known| known.as_str() < file);
        self.files[first..].iter().take(2).take_while(|known| *known == file).count()
    }
}

impl Planner<'_> {
    /// The machine's own file, if it was given: a module of this machine alone.
    pub(in crate::plan) fn own_file(&self, machine: &Machine) -> Option<Rc<Source>> {
        let mut own: Vec<String> = Vec::new();
        for module in machine.modules.iter().filter(|module| !module.covered) {
            let Value::Path(path) = &module.value else { continue };
            let Some(file) = self.flake.eval.resolve_file(path) else { continue };
            let goes = self.request.options.remove.contains(&file);
            if !file.ends_with(".nix") || self.is_ours(&file) || file == "flake.nix" || goes {
                continue;
            }
            if self.is_alone_with(machine, &file) {
                own.push(file);
            }
        }
        let hardware = |file: &str| file.contains("hardware") || file.contains("disk");
        let named = own.iter().find(|file| !hardware(file) && file.contains(&machine.name));
        let lone = own.iter().filter(|file| !hardware(file)).collect::<Vec<_>>();
        let file = match (named, lone.as_slice()) {
            (Some(file), _) => file,
            (None, [file]) => file,
            _ => return None,
        };
        self.flake.eval.source(file)
    }

    /// Whether no other machine uses a file of this machine's.
    ///
    /// A machine whose modules cannot be told may use any file, and so may a file that was not given, and a machine that
    /// was not seen. But hardly anybody has one machine import what bears another machine's name: where merely files are
    /// missing, that name is enough.
    fn is_alone_with(&self, machine: &Machine, file: &str) -> bool {
        let users = self.users.get_or_init(|| self.users());
        let is_other = |name: &String| {
            let other = self.flake.machine(name);
            *name != machine.name && other.is_none_or(|other| !other.is_same_as(machine))
        };
        let other = |names: &[String]| names.iter().any(is_other);
        users.count(file) == 1
            && !other(&users.untold)
            && (bears_name(file, &machine.name) || !(other(&users.unseen) || self.flake.open.is_some()))
    }

    fn users(&self) -> Users {
        let mut users = Users::default();
        let mut seen = BTreeSet::new();
        for machine in &self.flake.machines {
            // what is one machine under two names uses them once
            if machine.identity().is_some_and(|system| !seen.insert(system)) {
                continue;
            }
            let files = self.flake.files_behind(machine);
            let definitions = self.flake.definitions(machine).iter();
            let computed: Vec<&Definition> =
                definitions.filter(|known| *known.path == ["imports"] && !names_files(&known.value)).collect();
            let here = computed.iter().any(|known| Rc::ptr_eq(&known.file, &self.flake.source));
            if here
                || !machine.modules_known
                || machine.modules_covered
                || machine.modules.iter().any(|module| is_untold(&module.value))
            {
                users.untold.push(machine.name.clone());
            }
            if files.iter().any(|path| self.may_be_a_module(path)) || !computed.is_empty() {
                users.unseen.push(machine.name.clone());
            }
            users.files.extend(files);
        }
        users.files.sort();
        users
    }

    /// Whether a file that was not given may be a module that imports others of the repository.
    pub(super) fn may_be_a_module(&self, path: &str) -> bool {
        let is_module = path.ends_with(".nix") || !path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        // what `nixos-generate-config` writes imports nothing of the repository
        is_module && !self.request.files.contains_key(path) && !self.is_ours(path) && !path.contains("hardware-conf")
    }
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

/// Whether a part of a path is a machine's name: `hosts/heron.nix`, `hosts/heron/default.nix`.
fn bears_name(file: &str, machine: &str) -> bool {
    file.strip_suffix(".nix").unwrap_or(file).split('/').any(|part| part == machine)
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
