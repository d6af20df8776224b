//! How generated code reaches the llama.cpp flake.

use std::rc::Rc;

use rnix::SyntaxNode;
use rowan::ast::AstNode;

use crate::escape::{self, Nix};
use crate::flake::Flake;
use crate::flake::value::{EnvId, Value};
use crate::syntax::{Source, pattern, scope};

/// An expression that is the llama.cpp flake at some place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reach {
    pub expr: String,
    /// The outputs pattern must take the input by name for this.
    pub by_name: bool,
}

/// How the llama.cpp flake, the input `input`, can be named at `node`; `env` is the scope there, when it is known.
pub(crate) fn reach(
    flake: &Flake<'_>,
    input: &str,
    file: &Rc<Source>,
    node: &SyntaxNode,
    env: Option<EnvId>,
) -> Option<Reach> {
    let attr = Nix::attr(input);
    if Rc::ptr_eq(file, &flake.source) {
        let free = |name: &str| !shadowed(node, flake.outputs.syntax(), name);
        if let Some(name) = flake.inputs_name().filter(|name| free(name)) {
            return Some(Reach { expr: [name, ".", attr.as_str()].concat(), by_name: false });
        }
        let pattern = flake.pattern()?;
        if escape::is_identifier(input) && free(input) {
            return Some(Reach { expr: input.to_owned(), by_name: true });
        }
        if pattern::has_name(&pattern, "self") && free("self") {
            return Some(Reach { expr: format!("self.inputs.{attr}"), by_name: false });
        }
        return None;
    }
    let env = env?;
    let at_name = flake.inputs_name();
    for name in at_name.into_iter().chain(["inputs", "self", input]) {
        match flake.eval.lookup(name, env) {
            Some(Value::SelfFlake) => return Some(Reach { expr: format!("{name}.inputs.{attr}"), by_name: false }),
            // the file is handed the flake itself already
            Some(Value::Flake(from)) if from.last.is_none() && *from.input == *input => {
                return Some(Reach { expr: name.to_owned(), by_name: false });
            }
            Some(value) if flake.holds_input(&value, input) => {
                return Some(Reach { expr: [name, ".", attr.as_str()].concat(), by_name: false });
            }
            _ => {}
        }
    }
    None
}

/// Whether something between a node and the outputs function binds the name anew.
pub(crate) fn shadowed(node: &SyntaxNode, outputs: &SyntaxNode, name: &str) -> bool {
    node.ancestors().take_while(|above| above != outputs).any(|above| scope::binds(&above, name))
}
