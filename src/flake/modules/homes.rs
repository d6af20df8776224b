//! Home Manager as a module of NixOS: the modules of each user's home, which are modules with arguments of their own.

use std::rc::Rc;

use smol_str::SmolStr;

use super::collect::{Body, Found, Unseen, UnseenKind};
use super::machine::Arguments;
use super::options::{OptionState, Why};
use super::properties::Piece;
use crate::flake::Flake;
use crate::flake::machines::Machine;
use crate::flake::value::{Attrs, Cause, Code, Entry, Package, Value};
use crate::syntax::Source;

/// The home of one user of a machine.
#[derive(Debug)]
pub(crate) struct Home {
    pub user: SmolStr,
    /// Its modules, as they are written.
    pub bodies: Vec<Body>,
}

/// The users of a machine.
#[derive(Debug)]
pub(crate) struct Users {
    /// Those whose home is Home Manager's.
    pub homes: Vec<SmolStr>,
    /// Those of `users.users`.
    pub accounts: Vec<SmolStr>,
    /// No module of an input may bring others.
    pub is_whole: bool,
}

impl Flake<'_> {
    /// Whether the homes of a machine take the machine's own `pkgs`, with its overlays: `home-manager.useGlobalPkgs`, which
    /// is false by itself. `None`: it cannot be told.
    pub fn has_global_pkgs(&self, machine: &Machine) -> Option<bool> {
        match self.option(machine, &["home-manager", "useGlobalPkgs"]).state {
            OptionState::Set(Value::Bool(is_global)) => Some(is_global),
            OptionState::NotSet(None) => Some(false),
            OptionState::CannotTell(Why::Unseen(..)) if !self.may_say_of_homes(machine) => Some(false),
            OptionState::Set(_) | OptionState::NotSet(Some(_)) | OptionState::CannotTell(_) => None,
        }
    }

    /// Whether some module that was not seen may say something of a machine's homes: not one that is published, which does
    /// not know the repository.
    fn may_say_of_homes(&self, machine: &Machine) -> bool {
        let knows = |unseen: &Unseen| !matches!(unseen.what, UnseenKind::Input { knows_us: false, .. });
        self.unseen(machine).iter().any(knows)
    }

    /// The users whom a machine's modules know: those with a home of Home Manager, and those of NixOS. `None`: there may be
    /// more of them.
    pub fn known_users(&self, machine: &Machine) -> Option<Users> {
        let names = |path: &[&str]| match self.option(machine, path).state {
            OptionState::Set(Value::Attrs(users)) => {
                let is_open = users.open.as_ref().is_some_and(|open| !matches!(open.cause, Cause::Option(_)));
                (!is_open).then(|| users.entries.iter().map(|(name, _)| name.clone()).collect())
            }
            OptionState::NotSet(_) | OptionState::CannotTell(Why::Unseen(..)) => Some(Vec::new()),
            OptionState::Set(_) | OptionState::CannotTell(Why::Value(_)) => None,
        };
        let is_seen = machine.modules_known && !machine.modules_covered && !self.may_say_of_homes(machine);
        let is_home_manager =
            |unseen: &Unseen| matches!(&unseen.what, UnseenKind::Input { input, .. } if self.is_home_manager(input));
        let is_whole = self.unseen(machine).iter().all(is_home_manager);
        is_seen.then_some(())?;
        Some(Users { is_whole, homes: names(&["home-manager", "users"])?, accounts: names(&["users", "users"])? })
    }

    /// The homes of a machine's users.
    pub(in crate::flake) fn homes_of(&self, machine: &Machine) -> Vec<Home> {
        let evaluated = self.evaluated(machine);
        self.eval.in_modules(|| {
            let users = self.eval.level_at(evaluated.root(), &["home-manager", "users"]);
            let shared = self.eval.level_at(evaluated.root(), &["home-manager", "sharedModules"]);
            let shared = self.shared_modules(&shared.pieces, machine);
            let homes = self.eval.levels_below(&users).into_iter().map(|(user, level)| {
                let modules = level.pieces.iter().flat_map(|piece| self.modules_of(piece, machine));
                let roots = modules.chain(shared.iter().map(copy)).collect();
                Home { bodies: self.bodies_of_home(machine, roots), user }
            });
            homes.collect()
        })
    }

    /// The modules that a definition of a user's home is.
    fn modules_of(&self, piece: &Piece, machine: &Machine) -> Vec<Found> {
        let mut found = Vec::new();
        self.eval.discharged(piece.clone(), &mut found);
        let at = self.place_of(machine);
        let modules = found.into_iter().map(|(piece, value)| Found {
            module: self.eval.thunk(value),
            place: place(&piece, &at),
            conditions: piece.conditions,
        });
        modules.collect()
    }

    /// The modules that all homes of a machine have.
    fn shared_modules(&self, pieces: &[Piece], machine: &Machine) -> Vec<Found> {
        let at = self.place_of(machine);
        let mut found = Vec::new();
        for piece in pieces {
            self.eval.discharged(piece.clone(), &mut found);
        }
        let modules = found.into_iter().flat_map(|(piece, list)| {
            let items = self.eval.placed_items(&list);
            let here = place(&piece, &at);
            items.into_iter().map(move |(module, place)| Found {
                module,
                place: place.unwrap_or_else(|| here.clone()),
                conditions: piece.conditions.clone(),
            })
        });
        modules.collect()
    }

    fn bodies_of_home(&self, machine: &Machine, roots: Vec<Found>) -> Vec<Body> {
        let at = self.place_of(machine);
        let arguments = self.arguments_of_home(machine, &at);
        let knows_us = |input: &str| self.may_know_us(input);
        let collected = self.eval.collected(roots, arguments.all, &knows_us, true, at.clone());
        self.settle(&collected, arguments, &at);
        collected.bodies
    }

    /// What the modules of a home take: `pkgs`, `lib`, its own `config`, the machine's as `osConfig`, and what
    /// `home-manager.extraSpecialArgs` says.
    fn arguments_of_home(&self, machine: &Machine, at: &Code) -> Arguments {
        let evaluated = self.evaluated(machine);
        let open = match self.eval.unknown(Cause::Argument("".into()), &at.file, at.range()) {
            Value::Unknown(unknown) => Some(unknown),
            _ => None,
        };
        let mut special = Attrs { open, ..Attrs::default() };
        let config = self.eval.reserve();
        let mut add = |name: &str, thunk| special.entries.insert(name.into(), Entry { thunk, site: None });
        add("config", config);
        for (name, of_machine) in
            [("lib", "lib"), ("osConfig", "config"), ("nixosConfig", "config"), ("modulesPath", "modulesPath")]
        {
            if let Some(thunk) = evaluated.argument(of_machine) {
                add(name, thunk);
            }
        }
        if let Some(pkgs) = evaluated.argument("pkgs") {
            let is_global = self.has_global_pkgs(machine) != Some(false);
            let own = match self.eval.force(pkgs) {
                Value::Package(pkgs) if !is_global => {
                    let of_home = Package { of_home: true, ..(*pkgs).clone() };
                    self.eval.thunk(Value::Package(Rc::new(of_home)))
                }
                _ => pkgs,
            };
            add("pkgs", own);
        }
        let extra = self.eval.level_at(evaluated.root(), &["home-manager", "extraSpecialArgs"]);
        if let Value::Attrs(extra) = self.eval.option_value(&extra) {
            special.entries.extend(extra.entries.iter().map(|(name, entry)| (name.clone(), entry.clone())));
        }
        let all = self.eval.thunk(Value::Attrs(Rc::new(special.clone())));
        Arguments { special, all, config }
    }
}

fn copy(found: &Found) -> Found {
    Found { module: found.module, place: found.place.clone(), conditions: found.conditions.clone() }
}

/// Where a definition is written.
fn place(piece: &Piece, at: &Code) -> (Rc<Source>, rnix::TextRange) {
    match &piece.site {
        Some(site) => (
            site.file.clone(),
            site.value()
                .map_or(site.binding.text_range(), |value| Code { file: site.file.clone(), expr: value }.range()),
        ),
        None => (at.file.clone(), at.range()),
    }
}
