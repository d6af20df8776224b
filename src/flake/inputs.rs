//! The flake's inputs, read as Nix reads them: literally. Whatever Nix itself refuses is an error with its place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use rnix::{SyntaxKind, SyntaxNode, ast};
use rowan::ast::AstNode;
use smol_str::SmolStr;

use crate::syntax;

pub(crate) mod reference;

use reference::{LlamaVersion, Reference, Release, is_llama_cpp, is_nixpkgs, llama_version, nixpkgs_release};

/// All inputs of a flake and the places where one can be added.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inputs {
    pub list: Vec<Input>,
    /// Where in the list each name is.
    places: BTreeMap<SmolStr, usize>,
    /// `inputs = { … };` blocks, in order.
    pub blocks: Vec<ast::AttrSet>,
    /// `inputs.x… = …;` at the flake's top level, in order.
    pub dotted: Vec<SyntaxNode>,
}

/// One input.
#[derive(Debug, Clone)]
pub(crate) struct Input {
    pub name: SmolStr,
    /// As a flake reference; attribute-set references are joined into one.
    pub url: Option<SmolStr>,
    /// The expression that holds the URL, when it is one string.
    pub url_expr: Option<ast::Expr>,
    /// `flake = false;`: only its source, without outputs.
    pub source_only: bool,
    /// `follows` of the input itself.
    pub follows: Option<SmolStr>,
    /// `inputs.<name>.follows = "<target>"` inside it.
    pub inner_follows: Vec<(SmolStr, SmolStr, ast::Expr)>,
    /// The names of the inputs inside it that are given otherwise, as by `inputs.<name>.url`.
    pub inner_given: Vec<SmolStr>,
    /// `x = { … };` when it has such a set.
    pub set: Option<ast::AttrSet>,
    /// `inputs = { … };` inside the set.
    pub inner_inputs: Option<ast::AttrSet>,
    /// Its bindings, as they stand in the inputs block or at the top level, in order.
    pub entries: Vec<SyntaxNode>,
    /// Which of the names in the first of them is its own, from 0.
    step: usize,
}

/// Something in the flake that Nix refuses.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub code: &'static str,
    pub node: SyntaxNode,
    pub message: String,
    pub hint: String,
}

impl Input {
    /// Where its name first stands.
    pub fn place(&self) -> SyntaxNode {
        let first = &self.entries[0];
        let name = first.first_child().and_then(|path| path.children().nth(self.step));
        name.unwrap_or_else(|| first.clone())
    }

    /// Which llama.cpp this is, where its URL says so.
    #[allow(dead_code, reason = "a fact that decisions ask for")]
    pub fn llama_version(&self) -> Option<LlamaVersion> {
        self.url.as_deref().and_then(llama_version)
    }

    /// Whether this is llama.cpp's flake, under whatever name.
    pub fn is_llama_cpp(&self) -> bool {
        !self.source_only && self.url.as_deref().is_some_and(is_llama_cpp)
    }
}

impl Inputs {
    pub fn find(&self, name: &str) -> Option<&Input> {
        self.list.get(*self.places.get(name)?)
    }

    /// Whether an input is a nixpkgs, by its URL, or by what it follows; `None`: neither says.
    pub fn is_nixpkgs(&self, input: &Input) -> Option<bool> {
        if let Some(url) = &input.url {
            return Some(is_nixpkgs(url));
        }
        let Some(target) = &input.follows else {
            // an input without a URL is the registry's of this name
            return Some(is_nixpkgs(&input.name));
        };
        match target.rsplit_once('/') {
            Some((_, last)) => (last == "nixpkgs").then_some(true),
            None => {
                let followed = self.find(target).filter(|followed| followed.name != input.name)?;
                followed.url.as_deref().map(is_nixpkgs)
            }
        }
    }

    /// The release of nixpkgs that an input is, where its URL, or that of what it follows, says so.
    #[allow(dead_code, reason = "a fact that decisions ask for")]
    pub fn release(&self, input: &Input) -> Option<Release> {
        let followed = input.follows.as_deref().and_then(|target| self.find(target));
        nixpkgs_release(input.url.as_deref().or_else(|| followed?.url.as_deref())?)
    }

    /// Reads `inputs` of the flake's attribute set.
    pub fn read(flake: &ast::AttrSet) -> Result<Inputs, Refused> {
        let mut inputs = Inputs::default();
        for child in flake.syntax().children() {
            if child.kind() == SyntaxKind::NODE_INHERIT {
                let mut names = syntax::names_of(&child).filter_map(|(name, _)| syntax::name_in(name));
                if names.any(|name| name == "inputs") {
                    drop(names);
                    return Err(thunk(child, "`inputs` is inherited"));
                }
                continue;
            }
            if syntax::first_name(&child).as_deref() != Some("inputs") {
                continue;
            }
            if syntax::names_of(&child).nth(1).is_some() {
                inputs.leaf(&child, 1)?;
                inputs.dotted.push(child);
                continue;
            }
            match syntax::value_of(&child) {
                Some(ast::Expr::AttrSet(set)) => {
                    inputs.block(&set)?;
                    inputs.blocks.push(set);
                }
                value => {
                    let place = value.map_or(child, |value| value.syntax().clone());
                    return Err(thunk(place, "`inputs` is computed"));
                }
            }
        }
        Ok(inputs)
    }

    fn block(&mut self, set: &ast::AttrSet) -> Result<(), Refused> {
        if syntax::is_rec(set) {
            return Err(thunk(set.syntax().clone(), "`inputs` is a `rec` set"));
        }
        self.list.reserve(syntax::placed(set.syntax()).count());
        for child in set.syntax().children() {
            if child.kind() == SyntaxKind::NODE_INHERIT {
                return Err(thunk(child, "an input is inherited"));
            }
            self.leaf(&child, 0)?;
        }
        Ok(())
    }

    /// One binding; `step` says which of the names in its path is the input's.
    fn leaf(&mut self, entry: &SyntaxNode, step: usize) -> Result<(), Refused> {
        let names = names_from(entry, step, &[], "an input's name is computed")?;
        let Some((name, rest)) = names.known().split_first() else { return Ok(()) };
        let Some(value) = syntax::value_of(entry) else { return Ok(()) };
        let at = match self.places.get(&**name) {
            Some(at) => *at,
            None => {
                let name = SmolStr::from(&**name);
                self.places.insert(name.clone(), self.list.len());
                self.list.push(Input {
                    name,
                    url: None,
                    url_expr: None,
                    source_only: false,
                    follows: None,
                    inner_follows: Vec::new(),
                    inner_given: Vec::new(),
                    set: None,
                    inner_inputs: None,
                    entries: Vec::new(),
                    step,
                });
                self.list.len() - 1
            }
        };
        let input = &mut self.list[at];
        if input.entries.last() != Some(entry) {
            input.entries.push(entry.clone());
        }
        let mut reference = Reference::default();
        input.attribute(rest, value, &mut reference)?;
        if let Some(url) = reference.joined() {
            input.url = Some(url.into());
        }
        Ok(())
    }
}

impl Input {
    fn attribute(&mut self, path: &[Cow<str>], value: ast::Expr, reference: &mut Reference) -> Result<(), Refused> {
        let value = syntax::strip_parens(value);
        let mut names = [""; MAX_NAMES];
        names.iter_mut().zip(path).for_each(|(name, known)| *name = known);
        match (&names[..path.len()], &value) {
            ([], ast::Expr::AttrSet(set)) => {
                if self.set.is_none() {
                    self.set = Some(set.clone());
                }
                self.nested(&[], set, reference)
            }
            ([], _) => Err(thunk(value.syntax().clone(), &format!("the input `{}` is computed", self.name))),
            (["url"], _) => {
                self.url = Some(text(&value, &self.name)?);
                self.url_expr = Some(value.clone());
                Ok(())
            }
            (["flake"], _) => {
                self.source_only = value.syntax().text() == "false";
                Ok(())
            }
            (["follows"], _) => {
                self.follows = Some(text(&value, &self.name)?);
                Ok(())
            }
            (["inputs"], ast::Expr::AttrSet(set)) => {
                self.inner_inputs = Some(set.clone());
                self.nested(path, set, reference)
            }
            (["inputs", _], ast::Expr::AttrSet(set)) => self.nested(path, set, reference),
            (["inputs"] | ["inputs", _], _) => {
                Err(thunk(value.syntax().clone(), &format!("an input of the input `{}` is computed", self.name)))
            }
            (["inputs", name, "follows"], _) => {
                let target = text(&value, &self.name)?;
                self.inner_follows.push(((*name).into(), target, value.clone()));
                Ok(())
            }
            (["inputs", name, _], _) => {
                self.inner_given.push((*name).into());
                Ok(())
            }
            (
                [key @ ("type" | "owner" | "repo" | "ref" | "rev" | "path" | "id" | "host" | "dir")],
                ast::Expr::Str(_),
            ) => {
                reference.push(key, text(&value, &self.name)?);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn nested(&mut self, prefix: &[Cow<str>], set: &ast::AttrSet, reference: &mut Reference) -> Result<(), Refused> {
        for child in set.syntax().children() {
            if child.kind() == SyntaxKind::NODE_INHERIT {
                return Err(thunk(child, &format!("a part of the input `{}` is inherited", self.name)));
            }
            let names = names_from(&child, 0, prefix, "a part of an input is computed")?;
            let Some(value) = syntax::value_of(&child) else { continue };
            self.attribute(names.known(), value, reference)?;
        }
        Ok(())
    }
}

/// So many names of a path are read; what lies deeper says nothing of an input.
const MAX_NAMES: usize = 5;

/// The first names of a path.
#[derive(Default)]
struct Names<'n> {
    names: [Cow<'n, str>; MAX_NAMES],
    count: usize,
}

impl<'n> Names<'n> {
    fn known(&self) -> &[Cow<'n, str>] {
        &self.names[..self.count]
    }

    fn push(&mut self, name: Cow<'n, str>) {
        if let Some(next) = self.names.get_mut(self.count) {
            *next = name;
            self.count += 1;
        }
    }
}

/// The names of a binding's path from one of them on, behind those of a prefix; `computed` says what it is if one of them is
/// not written in letters.
fn names_from<'n>(
    binding: &'n SyntaxNode,
    step: usize,
    prefix: &'n [Cow<str>],
    computed: &str,
) -> Result<Names<'n>, Refused> {
    let mut names = Names::default();
    prefix.iter().for_each(|name| names.push(Cow::Borrowed(name)));
    for (attr, range) in syntax::names_of(binding).skip(step) {
        match syntax::name_in(attr) {
            Some(name) => names.push(name),
            None => {
                let place = binding.covering_element(range).into_node();
                return Err(thunk(place.unwrap_or_else(|| binding.clone()), computed));
            }
        }
    }
    Ok(names)
}

fn text(value: &ast::Expr, input: &str) -> Result<SmolStr, Refused> {
    let read = match value {
        ast::Expr::Str(text) => match syntax::plain_string(text) {
            Some(plain) => Some(plain.into()),
            None => syntax::static_string(text).map(SmolStr::from),
        },
        ast::Expr::Literal(literal) => match literal.kind() {
            ast::LiteralKind::Uri(uri) => Some(uri.to_string().into()),
            _ => None,
        },
        ast::Expr::PathRel(_) | ast::Expr::PathAbs(_) => Some(syntax::text(value.syntax()).into()),
        _ => None,
    };
    read.ok_or_else(|| thunk(value.syntax().clone(), &format!("a part of the input `{input}` is computed")))
}

#[cold]
fn thunk(node: SyntaxNode, what: &str) -> Refused {
    Refused {
        code: "computed-inputs",
        node,
        message: format!("{what}, and Nix accepts only literal inputs (\"expected a set but got a thunk\")"),
        hint: "Write the inputs out as plain text: strings and attribute sets, without let, import, inherit or ${…}."
            .into(),
    }
}
