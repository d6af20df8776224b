//! The way around a machine's own modules: the finished system is extended.

use std::rc::Rc;

use rnix::ast;
use rowan::ast::AstNode;

use crate::nix::Fleet;
use crate::plan::Planner;
use crate::plan::outputs::Reach;
use crate::report::How;
use crate::syntax::{Edit, Source, layout, span};

impl Planner<'_> {
    /// `a = value;` becomes `a = (value).extendModules { modules = [ … ]; };`
    pub(super) fn extend(
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
}
