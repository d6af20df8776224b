//! Reading the user's flake: its inputs, the pattern of its outputs, and its machines with the way each is made.
//!
//! Reading never edits. What is found here are places and meanings; `plan` decides what to write there.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::guard::{self, Parentheses};
use crate::kind::{MachineKind, MachineName};
use crate::report::{Diagnostic, Severity};
use crate::syntax::{self, Source, span};

#[cfg(test)]
mod agree;
mod behind;
mod builtins;
mod duplicates;
mod entries;
pub(crate) mod eval;
#[allow(dead_code, reason = "a fact that decisions ask for")]
pub(crate) mod generated;
pub(crate) mod inputs;
pub(crate) mod machines;
pub(crate) mod modules;
#[allow(dead_code, reason = "a fact that decisions ask for")]
pub(crate) mod readers;
pub(crate) mod trees;
pub(crate) mod uses;
pub(crate) mod value;

use eval::Eval;
use inputs::reference::repository;
use inputs::{Inputs, Refused};
use machines::{Machine, Systems};
use readers::Reader;
use trees::{Parsed, Sources};
use value::{Attrs, Code, Entry, FlakeRef, Function, Site, Thunk, Unknown, Value};

/// A flake, read.
pub(crate) struct Flake<'a> {
    pub eval: Eval<'a>,
    pub source: Rc<Source>,
    /// The attribute set that flake.nix is.
    pub set: ast::AttrSet,
    pub inputs: Inputs,
    /// `outputs = …: …`
    pub outputs: ast::Lambda,
    /// NixOS machines, in the order of their names.
    pub machines: Vec<Rc<Machine>>,
    /// Where `nixosConfigurations` is written, if anywhere.
    pub hosts: Option<Site>,
    /// There may be more machines than these.
    pub open: Option<Rc<Unknown>>,
    /// Home Manager alone: `homeConfigurations`.
    pub homes: Systems,
    /// nix-darwin: `darwinConfigurations`.
    pub darwins: Systems,
    /// Who else reads the machines, once it was asked for.
    readers: OnceCell<Vec<Reader>>,
    /// Which machine is alone with a file, once it was asked for.
    file_users: OnceCell<BTreeMap<String, Option<Rc<Machine>>>>,
    /// What the machines have in common, once it was asked for.
    common: OnceCell<machines::sites::Common>,
}

/// Parses one file; the error names the place in plain words.
pub(crate) fn parse(path: &str, text: &str) -> Parsed {
    let measured = guard::check(text).map_err(|refusal| {
        Box::new(Diagnostic {
            severity: Severity::Error,
            code: "unreadable".into(),
            file: path.to_owned(),
            line: refusal.line,
            column: refusal.column,
            end_line: refusal.end_line,
            end_column: refusal.end_column,
            message: refusal.message,
            hint: refusal.hint,
            snippet: None,
        })
    })?;
    // rnix has no word for a byte order mark; a blank of the same length keeps every offset
    let parsed = match text.strip_prefix('\u{feff}') {
        Some(rest) => rnix::Root::parse(&format!("   {rest}")),
        None => rnix::Root::parse(text),
    };
    let source = Source::new(path, text, parsed.syntax());
    let message = match parsed.errors() {
        [] if measured.parentheses == Parentheses::Balanced && !measured.has_torn_path => None,
        [] => syntax::errors::unreported(text),
        errors => Some(syntax::errors::first_error(text, errors)),
    };
    if let Some(message) = message {
        let range = message.range;
        return Err(Box::new(diagnostic(&source, range, Severity::Error, "syntax", message.message, message.hint)));
    }
    match duplicates::first(&source) {
        Some(refused) => Err(refused.diagnose(&source)),
        None => Ok(source),
    }
}

/// A diagnostic for a range of a file.
#[cold]
pub(crate) fn diagnostic(
    source: &Source,
    range: std::ops::Range<usize>,
    severity: Severity,
    code: &str,
    message: impl Into<String>,
    hint: Option<String>,
) -> Diagnostic {
    let (line, column) = source.position(range.start);
    let (end_line, end_column) = source.position(range.end.max(range.start));
    Diagnostic {
        severity,
        code: code.to_owned(),
        file: source.path.clone(),
        line,
        column,
        end_line,
        end_column,
        message: message.into(),
        hint,
        snippet: None,
    }
}

#[cold]
pub(crate) fn diagnostic_at(
    source: &Source,
    node: &SyntaxNode,
    severity: Severity,
    code: &str,
    message: impl Into<String>,
    hint: Option<String>,
) -> Diagnostic {
    let (start, end) = span(node);
    diagnostic(source, start..end, severity, code, message, hint)
}

impl<'a> Flake<'a> {
    /// Reads `flake.nix` and whatever of the other files it leads to.
    ///
    /// An error is a diagnosis of something that Nix itself refuses, or of a text that is no flake.
    pub fn read(sources: Sources<'a>) -> Result<Flake<'a>, Box<Diagnostic>> {
        let Some(source) = sources.get("flake.nix") else {
            return Err(Box::new(Diagnostic {
                severity: Severity::Error,
                code: "no-flake".into(),
                file: "flake.nix".into(),
                line: 1,
                column: 1,
                end_line: 1,
                end_column: 1,
                message: "There is no flake.nix among the files.".into(),
                hint: Some("Give the text of your flake.nix; the other files are optional.".into()),
                snippet: None,
            }));
        };
        let source = source?;
        let set = flake_set(&source).map_err(|refused| refused.diagnose(&source))?;
        let inputs = Inputs::read(&set).map_err(|refused| refused.diagnose(&source))?;
        let outputs = outputs_lambda(&set).map_err(|refused| refused.diagnose(&source))?;
        let eval = Eval::new(sources);
        let urls =
            inputs.list.iter().filter_map(|input| Some((input.name.clone(), repository(input.url.as_deref()?)?)));
        *eval.repositories.borrow_mut() = urls.collect();
        let outputs_value = evaluate_outputs(&eval, &source, &inputs, &outputs);
        let mut flake = Flake {
            eval,
            source,
            set,
            inputs,
            outputs,
            machines: Vec::new(),
            hosts: None,
            open: None,
            homes: Systems::default(),
            darwins: Systems::default(),
            readers: OnceCell::new(),
            file_users: OnceCell::new(),
            common: OnceCell::new(),
        };
        flake.find_machines(&outputs_value);
        Ok(flake)
    }

    /// The machine, home or Mac of this name; those of a kind are in the order of their names.
    pub fn machine(&self, name: &MachineName) -> Option<&Rc<Machine>> {
        let machines = self.machines_of_kind(name.kind);
        let at = machines.binary_search_by(|machine| machine.name.cmp(&name.name)).ok()?;
        machines.get(at)
    }

    /// Whether the outputs function receives an attribute set under a name (`inputs:`, `{ … }@inputs:`), and which.
    pub fn inputs_name(&self) -> Option<&str> {
        syntax::argument_name(&self.outputs)
    }

    /// Whether the output of a kind is put together from several bindings.
    pub fn is_in_pieces(&self, kind: MachineKind) -> bool {
        let Some(set) = self.site_of_kind(kind).and_then(|site| site.binding.parent()) else { return false };
        let named = syntax::layout::entries(&set)
            .into_iter()
            .filter(|entry| syntax::first_name(entry).as_deref() == Some(kind.output()));
        named.count() > 1
    }

    /// Whether a place in flake.nix is evaluated once: no function but `outputs`, and the modules of a call of `mkFlake`,
    /// stands around it.
    pub fn is_made_once(&self, node: &SyntaxNode) -> bool {
        let mut functions = node.ancestors().filter_map(ast::Lambda::cast);
        functions.all(|function| function == self.outputs || is_module_of_mk_flake(&function))
    }

    /// Whether a binding of `nixosConfigurations` and its like is the one place that these machines are made in, so that
    /// its value holds them all.
    pub fn is_all_machines<'n>(&self, site: &Site, mut names: impl Iterator<Item = &'n MachineName>) -> bool {
        use SyntaxKind::{NODE_ASSERT, NODE_ATTR_SET, NODE_LET_IN, NODE_PAREN, NODE_WITH};
        let above = site.binding.ancestors().skip(1).take_while(|above| above != self.outputs.syntax());
        let is_result = |above: SyntaxNode| match above.kind() {
            NODE_ATTR_SET | NODE_LET_IN | NODE_WITH | NODE_PAREN | NODE_ASSERT => true,
            SyntaxKind::NODE_BIN_OP => {
                ast::BinOp::cast(above).is_some_and(|operation| operation.operator() == Some(ast::BinOpKind::Update))
            }
            _ => false,
        };
        above.into_iter().all(is_result)
            || (self.is_made_once(&site.binding)
                && names.all(|name| {
                    self.machine(name).and_then(|machine| machine.site.as_ref()).is_some_and(|machine| {
                        machine.is_named() && machine.binding.ancestors().any(|above| above == site.binding)
                    })
                }))
    }

    pub fn pattern(&self) -> Option<ast::Pattern> {
        match self.outputs.param()? {
            ast::Param::Pattern(pattern) => Some(pattern),
            ast::Param::IdentParam(_) => None,
        }
    }
}

/// `mkFlake { inherit inputs; } ({ … }: …)`
fn is_module_of_mk_flake(function: &ast::Lambda) -> bool {
    let call = function.syntax().ancestors().skip(1).find(|above| above.kind() != SyntaxKind::NODE_PAREN);
    let name = call.and_then(ast::Expr::cast).and_then(|call| modules::call(&call));
    name.is_some_and(|(name, _)| name == "mkFlake")
}

impl Refused {
    pub fn diagnose(&self, source: &Source) -> Box<Diagnostic> {
        let hint = Some(self.hint.clone());
        Box::new(diagnostic_at(source, &self.node, Severity::Error, self.code, self.message.clone(), hint))
    }
}

fn flake_set(source: &Source) -> Result<ast::AttrSet, Refused> {
    let refused = |node: SyntaxNode, what: &str, hint: &str| Refused {
        code: "wrapped-flake",
        node,
        message: format!("flake.nix {what}, and Nix accepts only a plain attribute set there"),
        hint: hint.into(),
    };
    match source.expr() {
        Some(ast::Expr::AttrSet(set)) => Ok(set),
        Some(ast::Expr::LetIn(expr)) => Err(refused(
            expr.syntax().clone(),
            "begins with `let`",
            "Move the `let … in` inside `outputs`: `outputs = inputs: let … in { … };`.",
        )),
        Some(ast::Expr::Lambda(expr)) => Err(refused(
            expr.syntax().clone(),
            "is a function (perhaps a NixOS module)",
            "Paste the flake.nix of your repository's root: `{ inputs = …; outputs = …; }`.",
        )),
        Some(expr) => Err(refused(
            expr.syntax().clone(),
            "is not an attribute set",
            "A flake.nix is `{ inputs = …; outputs = …; }`, without parentheses or calls around it.",
        )),
        None => Err(refused(
            source.root.clone(),
            "is empty",
            "Paste the flake.nix of your repository's root: `{ inputs = …; outputs = …; }`.",
        )),
    }
}

fn outputs_lambda(set: &ast::AttrSet) -> Result<ast::Lambda, Refused> {
    for child in set.syntax().children() {
        if syntax::first_name(&child).as_deref() != Some("outputs") {
            continue;
        }
        let Some(value) = syntax::value_of(&child) else { continue };
        let is_whole = syntax::names_of(&child).count() == 1;
        let value = if is_whole { syntax::strip_parens(value) } else { value };
        return match value {
            ast::Expr::Lambda(lambda) if is_whole => Ok(lambda),
            other => Err(Refused {
                code: "outputs-not-a-function",
                node: other.syntax().clone(),
                message: "`outputs` is not written as a function, and Nix refuses that (\"expected a function but got a thunk\")".into(),
                hint: "Write `outputs = inputs: …;`, for instance `outputs = inputs: import ./outputs.nix inputs;`.".into(),
            }),
        };
    }
    Err(Refused {
        code: "no-outputs",
        node: set.syntax().clone(),
        message: "This flake has no `outputs`, so it makes no machines".into(),
        hint: "Add `outputs = { self, nixpkgs, ... }@inputs: { nixosConfigurations = { … }; };`.".into(),
    })
}

/// Calls `outputs` as Nix does: with `self` and every input.
fn evaluate_outputs(eval: &Eval<'_>, source: &Rc<Source>, inputs: &Inputs, lambda: &ast::Lambda) -> Value {
    let mut given = Attrs { all_inputs: true, ..Attrs::default() };
    // names in the pattern that no input declares come from the registry
    let names = inputs.list.iter().map(|input| input.name.as_str()).chain(syntax::taken_names(lambda));
    given.entries.extend(names.map(|name| {
        let name: SmolStr = name.into();
        let value = Value::Flake(FlakeRef::new(name.clone(), None));
        (name, Entry { thunk: eval.thunk(value), site: None })
    }));
    given.entries.insert("self".into(), Entry { thunk: eval.thunk(Value::SelfFlake), site: None });
    let given = Value::Attrs(Rc::new(given));
    *eval.inputs.borrow_mut() = Some(given.clone());
    let argument = eval.thunk(given);
    // Nix takes a `rec { … }` too
    let around = lambda.syntax().ancestors().skip(1).find_map(ast::AttrSet::cast).filter(syntax::is_rec);
    let env = around.map_or(eval.global(), |set| eval.bindings(source, set.syntax(), eval.global()));
    let function = Value::Function(Function::Lambda { file: source.clone(), lambda: lambda.clone(), env });
    let at = Code { file: source.clone(), expr: ast::Expr::Lambda(lambda.clone()) };
    let outputs: Thunk = eval.delay_apply(function, argument, at);
    eval.outputs.set(Some(outputs));
    eval.force(outputs)
}
