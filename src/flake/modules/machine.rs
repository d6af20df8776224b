//! The modules of one machine, evaluated: its options, what sets them, and what of them was not seen.

use std::cell::OnceCell;
use std::rc::Rc;

use rnix::{TextRange, TextSize, ast};
use rowan::ast::AstNode;

use super::collect::{Body, Collected, Found, Unseen, UnseenKind};
use super::options::{Level, OptionState, Surroundings};
use super::properties::{Condition, Conditions};
use super::{Definition, definitions};
use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::value::{Attrs, Cause, Code, Entry, FlakeRef, Package, Thunk, Unknown, Value};
use crate::syntax::Source;

/// What a machine's modules come to.
#[derive(Debug)]
pub(crate) struct Evaluated {
    collected: Collected,
    /// All options of the machine.
    root: Rc<Level>,
    /// What its modules take as `config`, `lib` and the like.
    special: Attrs,
    /// All definitions, once they were asked for.
    definitions: OnceCell<Vec<Definition>>,
    /// Those that count, or may count.
    counting: OnceCell<Vec<Definition>>,
}

/// An option of a machine.
#[derive(Debug, Clone)]
pub(crate) struct OptionAnswer {
    pub state: OptionState,
    /// All definitions of it, and of what is below it, also those that do not count.
    #[allow(dead_code, reason = "for the decisions that are to ask for it")]
    pub definitions: Vec<Definition>,
}

/// The argument of modules, while they are read.
pub(super) struct Arguments {
    pub special: Attrs,
    pub all: Thunk,
    pub config: Thunk,
}

impl Evaluated {
    /// The machine's modules, as they are written.
    pub(in crate::flake) fn bodies(&self) -> &[Body] {
        &self.collected.bodies
    }

    /// What a machine's modules take under a name.
    pub(in crate::flake) fn argument(&self, name: &str) -> Option<Thunk> {
        self.special.entries.get(name).map(|entry| entry.thunk)
    }

    /// The options of the machine.
    pub(super) fn root(&self) -> &Rc<Level> {
        &self.root
    }
}

impl Flake<'_> {
    /// What a machine makes of an option: `flake.option(&machine, &["hardware", "nvidia", "open"])`.
    ///
    /// NixOS' own modules are not read. They are taken to leave alone what the machine's modules set, and an option that
    /// nothing sets is [`OptionState::NotSet`], whatever NixOS makes of it.
    pub fn option(&self, machine: &Machine, path: &[&str]) -> OptionAnswer {
        let evaluated = self.evaluated(machine);
        let state = self.eval.in_modules(|| {
            let level = self.eval.level_at(&evaluated.root, path);
            self.eval.option_state(&level)
        });
        let is_it = |known: &&Definition| {
            known.path.len() >= path.len() && path.iter().zip(&*known.path).all(|(one, two)| one == two)
        };
        OptionAnswer { state, definitions: self.all_definitions(machine).iter().filter(is_it).cloned().collect() }
    }

    /// Every option that a machine's modules set, in the flake itself and in the given files that they lead to, unless it
    /// stands under a condition that does not hold. A value that is computed is one definition.
    pub fn definitions<'m>(&self, machine: &'m Machine) -> &'m [Definition] {
        let evaluated = self.evaluated(machine);
        evaluated.counting.get_or_init(|| self.all_definitions(machine).iter().filter(counts).cloned().collect())
    }

    /// Every definition of a machine's modules, also those that do not count, and the parts of computed values.
    pub fn all_definitions<'m>(&self, machine: &'m Machine) -> &'m [Definition] {
        let evaluated = self.evaluated(machine);
        evaluated.definitions.get_or_init(|| {
            let Collected { pieces, imports, .. } = &evaluated.collected;
            self.eval.in_modules(|| definitions::of_pieces(&self.eval, pieces, imports))
        })
    }

    /// The modules of a machine that cannot be read: what they set is not known.
    #[allow(dead_code, reason = "for the decisions that are to ask for it")]
    pub fn unseen<'m>(&self, machine: &'m Machine) -> &'m [Unseen] {
        &self.evaluated(machine).collected.unseen
    }

    /// The options that one file sets, without what it imports. Its arguments are not known, and neither are conditions.
    pub fn definitions_of_file(&self, source: &Rc<Source>) -> Vec<Definition> {
        let Some(expr) = source.expr() else { return Vec::new() };
        let at = Code { file: source.clone(), expr };
        self.eval.in_modules(|| {
            let arguments = self.arguments(None, &at);
            let module = self.eval.delay(at.clone(), self.eval.global());
            let range = at.range();
            let found = Found { module, place: (source.clone(), range), conditions: Conditions::default() };
            let collected = self.eval.collected(vec![found], arguments.all, &|_| true, false, at.clone());
            self.settle(&collected, arguments, &at);
            let all = definitions::of_pieces(&self.eval, &collected.pieces, &collected.imports);
            all.into_iter().filter(|known| !known.in_value).collect()
        })
    }

    pub(in crate::flake) fn evaluated<'m>(&self, machine: &'m Machine) -> &'m Evaluated {
        machine.evaluated.get_or_init(|| self.eval.in_modules(|| Rc::new(self.evaluate(machine))))
    }

    fn evaluate(&self, machine: &Machine) -> Evaluated {
        let at = self.place_of(machine);
        let arguments = self.arguments(Some(machine), &at);
        let roots = self.roots(machine, &at);
        let knows_us = |input: &str| self.may_know_us(input);
        let mut collected = self.eval.collected(roots, arguments.all, &knows_us, true, at.clone());
        collected.unseen.extend(self.unseen_of(machine, &at));
        let special = arguments.special.clone();
        let root = self.settle(&collected, arguments, &at);
        Evaluated { collected, root, special, definitions: OnceCell::new(), counting: OnceCell::new() }
    }

    /// Where a machine is written.
    pub(super) fn place_of(&self, machine: &Machine) -> Code {
        if let Some(made) = &machine.made {
            return made.call.clone();
        }
        let offset = TextSize::try_from(machine.offset).unwrap_or_default();
        let inside = machine.file.root.covering_element(TextRange::empty(offset));
        let node = inside.parent().into_iter().flat_map(|node| node.ancestors().collect::<Vec<_>>());
        let expr = node.into_iter().find_map(ast::Expr::cast);
        Code { file: self.source.clone(), expr: ast::Expr::Lambda(self.outputs.clone()) }.or(machine, expr)
    }

    /// The modules that a machine is given.
    fn roots(&self, machine: &Machine, at: &Code) -> Vec<Found> {
        let perhaps = || match self.eval.dynamic(at) {
            unknown @ Value::Unknown(_) => Conditions::default().and(self.eval.thunk(unknown)),
            _ => Conditions::default(),
        };
        let place = |file: &Rc<Source>, range: Option<TextRange>| match range {
            Some(range) => (file.clone(), range),
            None => (at.file.clone(), at.range()),
        };
        let known = machine.modules.iter().map(|module| Found {
            module: self.eval.thunk(module.value.clone()),
            place: place(&module.file, module.node.as_ref().map(|node| node.text_range())),
            conditions: if module.covered { perhaps() } else { Conditions::default() },
        });
        let mut roots: Vec<Found> = known.collect();
        for unknown in machine.given.unknown() {
            let condition = self.eval.thunk(Value::Unknown(unknown.clone()));
            let lists = unknown.maybe.iter().flat_map(|list| self.eval.placed_items(&self.eval.force(*list)));
            roots.extend(lists.map(|(module, found_at)| Found {
                module,
                place: found_at.unwrap_or_else(|| (at.file.clone(), at.range())),
                conditions: Conditions::default().and(condition),
            }));
        }
        roots
    }

    /// What a machine may be made of beside the modules that are known.
    fn unseen_of(&self, machine: &Machine, at: &Code) -> Vec<Unseen> {
        let unseen = |unknown: &Rc<Unknown>| Unseen {
            file: unknown.file.clone(),
            range: TextRange::new(
                TextSize::try_from(unknown.start).unwrap_or_default(),
                TextSize::try_from(unknown.end).unwrap_or_default(),
            ),
            what: match &unknown.cause {
                Cause::MissingFile(file) => UnseenKind::File(file.clone()),
                Cause::BrokenFile(file) => UnseenKind::Broken(file.clone()),
                _ => UnseenKind::Computed(unknown.clone()),
            },
        };
        if let Some(unknown) = &machine.unknown {
            return vec![unseen(unknown)];
        }
        let mut found: Vec<Unseen> =
            machine.given.unknown().filter(|unknown| unknown.maybe.is_empty()).map(unseen).collect();
        if found.is_empty() && (!machine.modules_known || machine.made.is_none()) {
            let Value::Unknown(unknown) = self.eval.dynamic(at) else { return found };
            found.push(unseen(&unknown));
        }
        found
    }

    /// Whether an input may be written for this repository: a published one is not.
    pub(super) fn may_know_us(&self, input: &str) -> bool {
        const PUBLISHED: [&str; 6] =
            ["github:", "gitlab:", "sourcehut:", "https://flakehub.com/", "https://github.com/", "flake:"];
        let Some(input) = self.inputs.find(input) else { return false };
        let Some(url) = input.url.as_deref() else { return false };
        !PUBLISHED.iter().any(|published| url.starts_with(published)) && url.contains(':')
    }

    /// What the modules of a machine take; `None` for a file whose machine is not known.
    fn arguments(&self, machine: Option<&Machine>, at: &Code) -> Arguments {
        let nixpkgs = machine.and_then(|machine| machine.nixpkgs.clone()).unwrap_or_else(|| "nixpkgs".into());
        let of_nixpkgs = |last: &str| Value::Flake(FlakeRef::new(nixpkgs.clone(), Some(last.into())));
        let open = match self.eval.unknown(Cause::Argument("".into()), &at.file, at.range()) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        };
        let mut special = Attrs { open, ..Attrs::default() };
        let config = self.eval.reserve();
        let mut add = |name: &str, thunk: Thunk| special.entries.insert(name.into(), Entry { thunk, site: None });
        add("config", config);
        add("lib", self.eval.thunk(of_nixpkgs("lib")));
        add("modulesPath", self.eval.thunk(of_nixpkgs("modulesPath")));
        let system = match machine.and_then(|machine| machine.system.clone()) {
            Some(system) => self.eval.thunk(Value::Text(system)),
            None => ["nixpkgs", "hostPlatform"]
                .iter()
                .fold(config, |from, name| self.eval.delay_select(from, (*name).into(), at)),
        };
        let kind = machine.and_then(|machine| machine.made.as_ref()).map(|made| made.kind);
        let packages = Package {
            kind,
            nixpkgs: nixpkgs.clone(),
            system,
            path: Vec::new(),
            of_home: false,
            overrides: Rc::new([]),
        };
        add("pkgs", self.eval.thunk(Value::Package(Rc::new(packages))));
        let extensions = machine.and_then(|machine| machine.made.as_ref()).map(|made| made.extensions.clone());
        let given = machine.and_then(|machine| machine.args.clone()).into_iter();
        for args in given.chain(extensions.into_iter().flatten().map(|(args, _)| args)) {
            let Value::Attrs(args) = args else { continue };
            for name in ["lib", "specialArgs", "extraSpecialArgs"] {
                let Some(entry) = args.entries.get(name) else { continue };
                match (name, self.eval.force(entry.thunk)) {
                    ("specialArgs" | "extraSpecialArgs", Value::Attrs(more)) => {
                        special.entries.extend(more.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
                    }
                    ("lib", _) => {
                        special.entries.insert("lib".into(), entry.clone());
                    }
                    _ => {}
                }
            }
        }
        let all = self.eval.thunk(Value::Attrs(Rc::new(special.clone())));
        Arguments { special, all, config }
    }

    /// Tells what `config` is, and the arguments that modules define; from here on, options can be looked up.
    pub(super) fn settle(&self, collected: &Collected, arguments: Arguments, at: &Code) -> Rc<Level> {
        let Arguments { mut special, all, config } = arguments;
        let root = Rc::new(Level {
            path: Rc::new([]),
            pieces: collected.pieces.clone(),
            declarations: collected.options.clone(),
            in_option: false,
            modules: Rc::new(Surroundings { unseen: collected.unseen.clone(), at: at.clone() }),
        });
        self.eval.settle_option(config, root.clone());
        let args = self.eval.level_at(&root, &["_module", "args"]);
        if let Value::Attrs(args) = self.eval.option_value(&args) {
            let own = |name: &str| {
                let is_given = special.entries.get(name).map(|entry| self.eval.force(entry.thunk));
                is_given.is_none_or(|given| name == "pkgs" && matches!(given, Value::Package(_)))
            };
            let more: Vec<_> = args.entries.iter().filter(|(name, _)| own(name)).collect();
            let more: Vec<_> = more.into_iter().map(|(name, entry)| (name.clone(), entry.clone())).collect();
            special.entries.extend(more);
            self.eval.settle(all, Value::Attrs(Rc::new(special)));
        }
        root
    }
}

/// Whether a definition stands for itself, and may hold.
fn counts(known: &&Definition) -> bool {
    !known.in_value && !matches!(known.condition, Condition::DoesNotHold)
}

impl Code {
    /// A place in a machine's own file, if there is one.
    fn or(self, machine: &Machine, expr: Option<ast::Expr>) -> Code {
        expr.map_or(self, |expr| Code { file: machine.file.clone(), expr })
    }
}
