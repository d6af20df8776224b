//! What a machine's modules say: the files they are, the options they set, the inputs they come from.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;

use super::Flake;
use super::machines::Machine;
use super::value::{Code, EnvId, Function, Part, Value};
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Source};

/// One element of a machine's list of modules.
#[derive(Debug, Clone)]
pub(crate) struct Module {
    pub file: Rc<Source>,
    /// The element as it is written in the list; `None` when it is computed.
    pub node: Option<SyntaxNode>,
    pub env: Option<EnvId>,
    pub value: Value,
    /// Another may stand in its place, or in that of the machine's modules as a whole.
    pub covered: bool,
}

/// `option = value;` somewhere in a module.
#[derive(Debug, Clone)]
pub(crate) struct Definition {
    pub file: Rc<Source>,
    pub path: Vec<String>,
    pub value: ast::Expr,
    /// The whole binding.
    pub binding: SyntaxNode,
    /// Inside `mkIf`, `optionalAttrs` or an `if`: it may not hold.
    pub conditional: bool,
}

/// How far files that import files are followed.
const IMPORTS: usize = 400;

impl Flake<'_> {
    pub(super) fn modules_in(&self, part: &Part, in_covered: bool, out: &mut Vec<Module>) {
        match part {
            Part::Literal { file, list, env, covered } => {
                let covered = in_covered || *covered;
                out.reserve(syntax::placed(list.syntax()).count());
                for expr in list.items() {
                    let node = Some(expr.syntax().clone());
                    let value = self.eval.eval(&Code { file: file.clone(), expr }, *env);
                    out.push(Module { file: file.clone(), node, env: Some(*env), value, covered });
                }
            }
            Part::Items(items) => {
                for item in items {
                    let value = self.eval.force(*item);
                    out.push(Module { file: self.source.clone(), node: None, env: None, value, covered: in_covered });
                }
            }
            Part::Unknown(_) => {}
        }
    }

    /// Every option that a machine's modules set, in the flake itself and in the given files that they lead to.
    pub fn definitions<'m>(&self, machine: &'m Machine) -> &'m [Definition] {
        machine.definitions.get_or_init(|| {
            let mut walk = Walk::new(self);
            for module in &machine.modules {
                walk.value(&module.value);
            }
            walk.out
        })
    }

    /// The options that one file sets, without what it imports.
    pub fn definitions_of_file(&self, source: &Rc<Source>) -> Vec<Definition> {
        let mut walk = Walk::new(self);
        walk.follows = false;
        if let Some(expr) = source.expr() {
            walk.module(source, &expr, false);
        }
        walk.out
    }

    /// The given files that these modules lead to, in order: their own, and what those import.
    pub fn files_of(&self, modules: &[Module]) -> Vec<String> {
        let mut walk = Walk::new(self);
        for module in modules {
            walk.value(&module.value);
        }
        walk.visited.into_iter().collect()
    }

    /// The diagnoses of given Nix files that do not parse. They are errors where Nix would meet them: on the way to the
    /// machines, and among the modules of those that `concerned` names. Any other file is none of this program's business.
    pub fn broken(&self, concerned: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let files = self.eval.sources.texts();
        let nix = files.keys().filter(|path| path.ends_with(".nix") && **path != "flake.nix");
        let broken: Vec<Diagnostic> =
            nix.filter_map(|path| self.eval.sources.get(path)?.err()).map(|diagnostic| *diagnostic).collect();
        if broken.is_empty() {
            return broken;
        }
        let mut met = self.eval.broken.borrow().clone();
        for machine in self.machines.iter().filter(|machine| concerned(&machine.name)) {
            met.extend(self.files_of(&machine.modules));
        }
        let judged = broken.into_iter().map(|diagnostic| match met.contains(&diagnostic.file) {
            true => diagnostic,
            false => Diagnostic { severity: Severity::Warning, ..diagnostic },
        });
        judged.collect()
    }

    /// Warnings of given Nix files that begin with a byte order mark. Nix takes it for a part of the text ("unexpected
    /// invalid token"); it stays all the same, as every byte of the user's does.
    pub fn byte_order_marks(&self) -> Vec<Diagnostic> {
        let texts = self.eval.sources.texts().iter();
        let marked = texts.filter(|(path, text)| path.ends_with(".nix") && text.starts_with('\u{feff}'));
        let warning = |path: &str| Diagnostic {
            severity: Severity::Warning,
            code: "byte-order-mark".into(),
            file: path.to_owned(),
            line: 1,
            column: 1,
            end_line: 1,
            end_column: 2,
            message:
                "This file begins with a byte order mark, an invisible character that Nix does not read: it refuses \
                      the file"
                    .into(),
            hint: Some("Save the file without it: as UTF-8, not as \"UTF-8 with BOM\".".into()),
            snippet: None,
        };
        marked.map(|(path, _)| warning(path)).collect()
    }

    /// `_module.args = { inherit inputs; }` in a module that is written in place.
    pub(super) fn module_args_inputs(&self, modules: &[Module]) -> Option<Value> {
        modules.iter().find_map(|module| {
            let Value::Attrs(attrs) = &module.value else { return None };
            let Value::Attrs(module) = self.eval.force(attrs.entries.get("_module")?.thunk) else { return None };
            let Value::Attrs(args) = self.eval.force(module.entries.get("args")?.thunk) else { return None };
            Some(self.eval.force(args.entries.get("inputs")?.thunk))
        })
    }

    /// `nixpkgs.hostPlatform` or `nixpkgs.system` of a machine's modules.
    pub(super) fn host_platform(&self, machine: &Machine) -> Option<String> {
        self.definitions(machine).iter().find_map(|definition| {
            let path: Vec<&str> = definition.path.iter().map(String::as_str).collect();
            let text = match path.as_slice() {
                ["nixpkgs", "hostPlatform" | "system" | "localSystem"]
                | ["nixpkgs", "hostPlatform" | "localSystem", "system"] => {
                    match unwrap_priority(definition.value.clone()) {
                        ast::Expr::Str(text) => syntax::static_string(&text),
                        _ => None,
                    }
                }
                _ => None,
            };
            text.filter(|text| text.contains('-'))
        })
    }

    /// The names selected from an input's modules, for instance `framework-13-7040-amd` of `nixos-hardware`.
    pub fn input_modules(&self, modules: &[Module], of: impl Fn(&str) -> bool) -> Vec<String> {
        modules
            .iter()
            .filter_map(|module| match &module.value {
                // `x.nixosModules.name`, or "${x}/folder/name"
                Value::Flake(from) if of(&from.input) => {
                    from.last.as_ref().map(|name| name.trim_matches('/').to_owned())
                }
                _ => None,
            })
            .collect()
    }

    /// Module files that the machines name and that were not given, with the machines.
    pub fn wanted_modules(&self) -> Vec<(String, Vec<String>)> {
        let mut wanted: Vec<(String, Vec<String>)> = Vec::new();
        let mut known: HashMap<String, usize> = HashMap::new();
        for machine in &self.machines {
            for module in &machine.modules {
                let Value::Path(path) = &module.value else { continue };
                if path.is_empty() || self.eval.resolve_file(path).is_some() {
                    continue;
                }
                let file = if path.ends_with(".nix") { path.to_string() } else { format!("{path}/default.nix") };
                let at = *known.entry(file.clone()).or_insert(wanted.len());
                match wanted.get_mut(at) {
                    Some((_, machines)) => machines.push(machine.name.clone()),
                    None => wanted.push((file, vec![machine.name.clone()])),
                }
            }
        }
        wanted
    }

    /// Whether Home Manager's NixOS module is among a machine's modules.
    pub fn has_home_manager(&self, modules: &[Module], definitions: &[Definition]) -> bool {
        let is_home_manager = |name: &str| {
            name.contains("home-manager")
                || self
                    .inputs
                    .find(name)
                    .and_then(|input| input.url.as_deref())
                    .is_some_and(|url| url.contains("home-manager"))
        };
        modules.iter().any(|module| matches!(&module.value, Value::Flake(from) if is_home_manager(&from.input)))
            || definitions.iter().any(|definition| definition.path.first().is_some_and(|name| name == "home-manager"))
    }
}

struct Walk<'f, 'a> {
    flake: &'f Flake<'a>,
    out: Vec<Definition>,
    /// The option's path down to where the walk is.
    path: Vec<String>,
    visited: BTreeSet<String>,
    /// Whether files that are imported are walked through, too.
    follows: bool,
}

impl<'f, 'a> Walk<'f, 'a> {
    fn new(flake: &'f Flake<'a>) -> Self {
        Walk { flake, out: Vec::new(), path: Vec::new(), visited: BTreeSet::new(), follows: true }
    }

    fn value(&mut self, value: &Value) {
        match value {
            Value::Path(path) => self.file(path),
            Value::Attrs(attrs) => {
                if let Some((file, set)) = &attrs.literal
                    && let Some(expr) = ast::Expr::cast(set.clone())
                {
                    self.module(file, &expr, false);
                }
            }
            Value::Function(Function::Lambda { file, lambda, .. }) => {
                self.module(file, &ast::Expr::Lambda(lambda.clone()), false);
            }
            _ => {}
        }
    }

    fn file(&mut self, path: &str) {
        if !self.follows {
            return;
        }
        let Some(file) = self.flake.eval.resolve_file(path) else { return };
        if self.visited.len() > IMPORTS || !self.visited.insert(file.clone()) || !file.ends_with(".nix") {
            return;
        }
        if let Some(source) = self.flake.eval.source(&file)
            && let Some(expr) = source.expr()
        {
            // its options are counted from the top again
            let importer = std::mem::take(&mut self.path);
            self.module(&source, &expr, false);
            self.path = importer;
        }
    }

    /// The body of a module: through functions, `let`, `with`, `mkIf`, `mkMerge` and `//`.
    fn module(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) {
        match expr {
            ast::Expr::Paren(inner) => self.inner(file, inner.expr(), conditional),
            ast::Expr::Lambda(lambda) => self.inner(file, lambda.body(), conditional),
            ast::Expr::LetIn(let_in) => self.inner(file, let_in.body(), conditional),
            ast::Expr::With(with) => self.inner(file, with.body(), conditional),
            ast::Expr::Assert(assert) => self.inner(file, assert.body(), conditional),
            ast::Expr::IfElse(branch) => {
                self.inner(file, branch.body(), true);
                self.inner(file, branch.else_body(), true);
            }
            ast::Expr::BinOp(operation) if syntax::operator(operation) == Some(ast::BinOpKind::Update) => {
                self.inner(file, operation.lhs(), conditional);
                self.inner(file, operation.rhs(), conditional);
            }
            ast::Expr::AttrSet(set) => self.set(file, set, conditional),
            ast::Expr::Apply(_) => {
                self.combined(file, expr, conditional);
            }
            _ => {}
        }
    }

    fn inner(&mut self, file: &Rc<Source>, expr: Option<ast::Expr>, conditional: bool) {
        if let Some(expr) = expr {
            self.module(file, &expr, conditional);
        }
    }

    /// `mkIf c { … }`, `mkMerge [ … ]`, `optionalAttrs c { … }` below an option's path.
    fn combined(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) -> bool {
        let Some((name, arguments)) = call(expr) else { return false };
        match (name.as_str(), arguments.as_slice()) {
            ("mkIf" | "optionalAttrs" | "mkOverride", [_, body]) => {
                self.below(file, body, conditional || name != "mkOverride")
            }
            ("mkForce" | "mkDefault" | "mkBefore" | "mkAfter" | "mkOptionDefault" | "mkVMOverride", [body]) => {
                self.below(file, body, conditional)
            }
            ("mkMerge", [ast::Expr::List(list)]) => {
                for item in list.items() {
                    self.below(file, &item, conditional);
                }
                true
            }
            _ => false,
        }
    }

    /// A set below a path; `false` when the expression is no set.
    fn below(&mut self, file: &Rc<Source>, expr: &ast::Expr, conditional: bool) -> bool {
        match syntax::strip_parens(expr.clone()) {
            ast::Expr::AttrSet(set) => {
                self.set(file, &set, conditional);
                true
            }
            other @ ast::Expr::Apply(_) => self.combined(file, &other, conditional),
            ast::Expr::BinOp(operation) if syntax::operator(&operation) == Some(ast::BinOpKind::Update) => {
                let sides = [operation.lhs(), operation.rhs()];
                // both sides are walked, whatever the first one says
                let found: Vec<bool> =
                    sides.into_iter().flatten().map(|side| self.below(file, &side, conditional)).collect();
                found.contains(&true)
            }
            _ => false,
        }
    }

    fn set(&mut self, file: &Rc<Source>, set: &ast::AttrSet, conditional: bool) {
        let depth = self.path.len();
        for child in set.syntax().children() {
            self.binding(file, child, conditional);
            self.path.truncate(depth);
        }
    }

    /// `a.b = value;`: what it says is below the path so far; the path is longer afterwards.
    fn binding(&mut self, file: &Rc<Source>, binding: SyntaxNode, conditional: bool) {
        if binding.kind() != SyntaxKind::NODE_ATTRPATH_VALUE {
            return;
        }
        let is_top = self.path.is_empty();
        for (at, (name, _)) in syntax::names_of(&binding).enumerate() {
            match syntax::name_in(name) {
                Some(name) if is_top && at == 0 && name == "config" => {}
                Some(name) => self.path.push(name.into_owned()),
                None => return,
            }
        }
        let Some(value) = syntax::value_of(&binding) else { return };
        match self.path.first().map(String::as_str) {
            Some("options") => return,
            Some("imports") if self.path.len() == 1 => self.imports(file, &value),
            _ => {}
        }
        // the empty set and the like still say that the option is there
        let is_empty = |set: &ast::AttrSet| syntax::placed(set.syntax()).next().is_none();
        if self.below(file, &value, conditional)
            && (self.path.is_empty()
                || !matches!(syntax::strip_parens(value.clone()), ast::Expr::AttrSet(set) if is_empty(&set)))
        {
            return;
        }
        // at the top, nothing stays of it
        let path = if is_top { std::mem::take(&mut self.path) } else { self.path.clone() };
        self.out.push(Definition { file: file.clone(), path, value, binding, conditional });
    }

    fn imports(&mut self, file: &Rc<Source>, value: &ast::Expr) {
        for path in value.syntax().descendants().filter_map(ast::PathRel::cast) {
            let text = syntax::text(path.syntax());
            // `./hosts + "/x.nix"` and the like are not followed
            if text.contains("${") {
                continue;
            }
            if let Some(path) = syntax::resolved(&file.path, &text) {
                self.file(&path);
            }
        }
    }
}

/// A call `f a b` by the last name of `f`, with its arguments.
pub(crate) fn call(expr: &ast::Expr) -> Option<(String, Vec<ast::Expr>)> {
    let mut arguments = Vec::new();
    let mut function = expr.clone();
    while let ast::Expr::Apply(apply) = function {
        arguments.push(syntax::strip_parens(apply.argument()?));
        function = syntax::strip_parens(apply.lambda()?);
    }
    arguments.reverse();
    let name = match function {
        ast::Expr::Ident(ident) => syntax::name(&ident).to_owned(),
        ast::Expr::Select(select) => {
            let (last, _) = syntax::names_of(select.syntax()).last()?;
            syntax::name_in(last)?.into_owned()
        }
        _ => return None,
    };
    Some((name, arguments))
}

/// The value inside `mkDefault`, `mkForce` and the like.
pub(crate) fn unwrap_priority(expr: ast::Expr) -> ast::Expr {
    let expr = syntax::strip_parens(expr);
    match call(&expr) {
        Some((name, mut arguments))
            if arguments.len() == 1 && matches!(name.as_str(), "mkDefault" | "mkForce" | "mkBefore" | "mkAfter") =>
        {
            unwrap_priority(arguments.remove(0))
        }
        _ => expr,
    }
}

#[cfg(test)]
mod tests {
    use crate::report::Severity;
    use crate::request::Files;

    fn severities(broken: &str) -> Vec<(String, Severity)> {
        let flake = "{ outputs = { nixpkgs, ... }: { nixosConfigurations.heron = nixpkgs.lib.nixosSystem { \
                     modules = [ ./heron.nix ]; }; }; }";
        let mut files = Files::from([("flake.nix".to_owned(), flake.to_owned())]);
        files.insert("heron.nix".into(), "{ }".into());
        files.insert(broken.into(), "{ a = ; }".into());
        let found = crate::inspect(&files).diagnostics.into_iter().filter(|diagnostic| diagnostic.code == "syntax");
        found.map(|diagnostic| (diagnostic.file, diagnostic.severity)).collect()
    }

    #[test]
    fn a_broken_file_is_an_error_only_where_nix_would_meet_it() {
        assert_eq!(severities("heron.nix"), [("heron.nix".to_owned(), Severity::Error)]);
        assert_eq!(severities("notes/draft.nix"), [("notes/draft.nix".to_owned(), Severity::Warning)]);
    }
}
