//! The way through a machine's own list of modules.

use rnix::ast;
use rowan::ast::AstNode;

use super::elements::{Element, Kind};
use crate::escape::Nix;
use crate::flake::machines::{Machine, ModulesSite};
use crate::nix::Fleet;
use crate::plan::Planner;
use crate::plan::outputs::Reach;
use crate::plan::settings::same;
use crate::report::How;
use crate::syntax::{self, Edit, Source, layout, span};

impl Planner<'_> {
    /// Puts what a machine needs into its own list of modules.
    pub(super) fn extend_list(
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
            let mut reason = String::with_capacity(256);
            ["This list is the modules of ", name, " alone."].into_iter().for_each(|part| reason.push_str(part));
            new.iter().for_each(|element| [" ", &element.reason].into_iter().for_each(|part| reason.push_str(part)));
            let texts: Vec<String> = new.into_iter().map(|element| element.text).collect();
            let edit = match site {
                ModulesSite::List { list, .. } => {
                    layout::append_items(&source, list, &texts, &reason).unwrap_or_default()
                }
                ModulesSite::Expr { expr, .. } => concatenate(&source, expr, &texts, &reason),
                ModulesSite::Imports { set, .. } => {
                    let text = format!("imports = {};", list_text(&texts));
                    layout::append_binding(&source, set, &text, &reason).unwrap_or_default()
                }
                ModulesSite::Module { expr, .. } => {
                    let (start, end) = span(expr.syntax());
                    let is_simple = matches!(expr, ast::Expr::PathRel(_) | ast::Expr::Ident(_) | ast::Expr::Select(_));
                    let (open, close) = if is_simple { ("", "") } else { ("(", ")") };
                    vec![
                        Edit::insert(start, format!("{{ imports = [ {open}"), reason.as_str()),
                        Edit::insert(end, format!("{close} {} ]; }}", texts.join(" ")), reason.as_str()),
                    ]
                }
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
            None => self.planned(fleet, name, how, [&described, " in ", &source.path, " is extended"].concat()),
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
}

/// A list of several lines, at indent 0.
fn list_text(items: &[String]) -> String {
    let lines: String = items.iter().map(|item| format!("\n  {}", layout::reindent(item, "  ", "\n"))).collect();
    format!("[{lines}\n]")
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
