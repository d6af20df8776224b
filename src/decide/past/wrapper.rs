//! The file of an earlier plan that extends machines by name, and the call of it in flake.nix.
//!
//! `nixosConfigurations = import ./nixos/llama-cpp/machines.nix inputs.llama-cpp { … };` => `nixosConfigurations = { … };`

use std::rc::Rc;

use rnix::{SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken, ast};
use rowan::ast::AstNode;

use super::lines::is_tight;
use super::{Past, Reader, wrapper_is_missing};
use crate::decide::places::wrapper_paths;
use crate::kind::{MachineKind, MachineName};
use crate::product::Generated;
use crate::syntax::{self, Edit, Source, paths_in, span};
use crate::why::{Cause, Why};

/// Takes the call of the wrapper out of flake.nix, and keeps what it says of machines that are not chosen.
pub(super) fn read(reader: &Reader<'_, '_>, past: &mut Past, kind: MachineKind) {
    let source = &reader.given.source;
    let is_wrapper = |path: &String| {
        past.ours.get(path).copied().flatten() == Some(Generated::Wrapper(kind))
            || !reader.request.files.contains_key(path) && wrapper_paths(kind).contains(path)
    };
    let found = calls(source).into_iter().find_map(|call| {
        let path = paths_in(source, call.import.syntax()).into_iter().find(is_wrapper)?;
        Some((call, path))
    });
    let Some((call, path)) = found else { return };
    match reader.given.eval.source(&path) {
        Some(wrapper) => {
            for (name, element) in entries(&wrapper) {
                let name = MachineName::new(kind, name);
                if !reader.is_chosen(&name) {
                    past.kept.insert(name.clone());
                    past.wrapped.insert(name, element);
                }
            }
        }
        None => past.diagnostics.push(wrapper_is_missing(&path)),
    }
    let edits = out_of(source, &call);
    past.edits.entry(source.path.clone()).or_default().extend(edits);
}

/// `import ./machines.nix flake machines`
struct Call {
    whole: SyntaxNode,
    import: ast::Expr,
    machines: ast::Expr,
}

fn calls(source: &Source) -> Vec<Call> {
    let applies = source.root.descendants().filter_map(ast::Apply::cast);
    let call = |apply: ast::Apply| {
        let ast::Expr::Apply(inner) = apply.lambda()? else { return None };
        let ast::Expr::Apply(import) = inner.lambda()? else { return None };
        let ast::Expr::Ident(name) = import.lambda()? else { return None };
        (syntax::name(&name) == "import").then_some(())?;
        Some(Call { whole: apply.syntax().clone(), import: import.argument()?, machines: apply.argument()? })
    };
    applies.filter_map(call).collect()
}

/// What the wrapper says of each machine: its element in the list of modules.
fn entries(wrapper: &Rc<Source>) -> Vec<(String, String)> {
    let sets = wrapper.root.descendants().filter_map(ast::AttrSet::cast);
    let Some(set) = sets.into_iter().next() else { return Vec::new() };
    let entry = |binding: SyntaxNode| {
        let name = syntax::first_name(&binding)?.into_owned();
        let lists = binding.descendants().filter_map(ast::List::cast);
        let items = lists.into_iter().next()?;
        let texts: Vec<String> = items.items().map(|item| syntax::text(item.syntax())).collect();
        Some((name, texts.join(" ")))
    };
    syntax::layout::entries(set.syntax()).into_iter().filter_map(entry).collect()
}

/// Takes the call away from around the machines; a comment that the owner put into it stays.
fn out_of(source: &Source, call: &Call) -> Vec<Edit> {
    let (whole, machines) = match around_result(&call.whole) {
        Some((whole, body)) => (whole, body),
        None => (call.whole.clone(), call.machines.clone()),
    };
    let why = Why::of(Cause::Earlier);
    let (start, end) = span(&whole);
    let inner = match &machines {
        // ours hold on to what is in them, unless somebody has laid the call out anew
        ast::Expr::Paren(paren) if !is_tight(paren) && !source.begins_line(span(paren.syntax()).0) => machines.clone(),
        _ => syntax::strip_parens(machines),
    };
    let (inner_start, inner_end) = span(inner.syntax());
    let tokens = whole.descendants_with_tokens().filter_map(SyntaxElement::into_token);
    let comments: Vec<SyntaxToken> = tokens.filter(|token| token.kind() == SyntaxKind::TOKEN_COMMENT).collect();
    let (eol, indent) = (source.eol(), source.indent_at(start));
    let within = |from: usize, to: usize| {
        let comments =
            comments.iter().filter(move |comment| (from..to).contains(&usize::from(comment.text_range().start())));
        comments.map(move |comment| match comment.text().starts_with('#') {
            true => format!("{}{eol}{indent}", comment.text()),
            false => format!("{} ", comment.text()),
        })
    };
    let before = within(start, inner_start).collect();
    let behind = within(inner_end, end).map(|comment| format!(" {comment}")).collect();
    vec![
        Edit { start, end: inner_start, insert: before, why: why.clone() },
        Edit { start: inner_end, end, insert: behind, why },
    ]
}

/// `(result: result // { nixosConfigurations = import … result.nixosConfigurations; }) body`, with its body.
fn around_result(call: &SyntaxNode) -> Option<(SyntaxNode, ast::Expr)> {
    let binding = call.parent().filter(|above| above.kind() == SyntaxKind::NODE_ATTRPATH_VALUE)?;
    let set = binding.parent()?;
    let operation = ast::BinOp::cast(set.parent()?)?;
    let lambda = ast::Lambda::cast(operation.syntax().parent()?)?;
    let is_output = |entry: &SyntaxNode| {
        syntax::first_name(entry).is_some_and(|name| MachineKind::ALL.iter().any(|kind| kind.output() == name))
    };
    let all_ours = syntax::layout::entries(&set).iter().all(is_output);
    (all_ours && syntax::argument_name(&lambda) == Some("result")).then_some(())?;
    let paren = lambda.syntax().parent().filter(|above| above.kind() == SyntaxKind::NODE_PAREN)?;
    let apply = ast::Apply::cast(paren.parent()?)?;
    Some((apply.syntax().clone(), apply.argument()?))
}
