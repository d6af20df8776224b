//! Options: what the definitions and the declaration of one come to, looked up when it is asked for.
//!
//! A machine's `config` is a set whose attributes are [`Level`]s. A level becomes a value when it is needed: a namespace of
//! options is a set of levels again, an option is what its definitions make of it. So options may depend on each other, as
//! in Nix.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use smol_str::SmolStr;

use super::collect::Unseen;
use super::properties::{Condition, Conditions, Piece};
use crate::flake::builtins::properties::{DEFAULT_PRIORITY, PRIORITY};
use crate::flake::eval::{Eval, wider};
use crate::flake::value::{Attrs, Cause, Code, DefinedIf, Entry, Part, Thunk, Unknown, Value};

/// What modules say of an option, or of all options below a name.
#[derive(Debug)]
pub(crate) struct Level {
    pub path: Rc<[SmolStr]>,
    pub pieces: Vec<Piece>,
    /// What stands at this path in the modules' `options`.
    pub declarations: Vec<Thunk>,
    /// Whether it is a part of an option's value.
    pub in_option: bool,
    pub modules: Rc<Surroundings>,
}

/// What there is beside the modules that are known.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub unseen: Vec<Unseen>,
    /// A place to name where no other is known: where the machine is written.
    pub at: Code,
}

/// A definition, looked at.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    pub piece: Piece,
    pub value: Value,
    pub condition: Condition,
}

impl Judged {
    /// Whether it counts for sure.
    fn holds(&self) -> bool {
        matches!(self.condition, Condition::Holds)
    }
}

/// What an option comes to.
#[derive(Debug, Clone)]
pub(crate) enum OptionState {
    /// Some definition sets it, to this value; what of it cannot be told is [`Value::Unknown`] in it.
    Set(Value),
    /// Nothing sets it; its default, if its declaration is among the given files and has one.
    NotSet(Option<Value>),
    CannotTell(Why),
}

/// Why an option cannot be told.
#[derive(Debug, Clone)]
pub(crate) enum Why {
    /// A condition, or a value that several definitions are to make together, hangs on this.
    Value(Rc<Unknown>),
    /// A module that was not seen may set it; what the known ones set gives way to that.
    Unseen(Unseen, Option<Value>),
}

/// The levels below one.
struct Below {
    levels: BTreeMap<SmolStr, Level>,
    /// There may be more names than these.
    open: Option<Rc<Unknown>>,
    covered: BTreeSet<SmolStr>,
}

impl Level {
    /// Whether its name is declared in the given files, as an option or as a part of one.
    fn is_declared(&self) -> bool {
        self.in_option || !self.declarations.is_empty()
    }

    /// A module that was not seen and may define this option.
    fn unseen(&self) -> Option<&Unseen> {
        let declared = self.is_declared();
        self.modules.unseen.iter().find(|unseen| unseen.may_define(&self.path, declared))
    }
}

impl Eval<'_> {
    /// What the options at a level are: the value that `config.….name` has.
    pub(in crate::flake) fn option_value(&self, level: &Rc<Level>) -> Value {
        let declarations = self.declarations(level);
        if declarations.options.is_empty() && self.is_namespace(level) {
            return self.namespace(level);
        }
        match self.state(level, &declarations.options) {
            OptionState::Set(value) | OptionState::NotSet(Some(value)) => value,
            OptionState::NotSet(None) => self.of_nixos(level),
            OptionState::CannotTell(Why::Value(unknown)) => Value::Unknown(unknown),
            OptionState::CannotTell(Why::Unseen(unseen, _)) => Value::Unknown(unseen.unknown()),
        }
    }

    /// An option that nothing given sets.
    fn of_nixos(&self, level: &Level) -> Value {
        let at = &level.modules.at;
        self.unknown(Cause::Option(level.path.clone()), &at.file, at.range())
    }

    /// The level at a path below one.
    pub(in crate::flake) fn level_at(&self, root: &Rc<Level>, path: &[&str]) -> Rc<Level> {
        let step = |level: Rc<Level>, name: &&str| {
            let found = self.below(&level).levels.remove(*name);
            Rc::new(found.unwrap_or_else(|| self.nothing_below(&level, (*name).into())))
        };
        path.iter().fold(root.clone(), step)
    }

    /// The names below a level, each with what is said of it.
    pub(in crate::flake) fn levels_below(&self, level: &Rc<Level>) -> Vec<(SmolStr, Rc<Level>)> {
        self.below(level).levels.into_iter().map(|(name, level)| (name, Rc::new(level))).collect()
    }

    /// A name of which no module says anything.
    fn nothing_below(&self, level: &Level, name: SmolStr) -> Level {
        Level {
            path: level.path.iter().cloned().chain([name]).collect(),
            pieces: Vec::new(),
            declarations: Vec::new(),
            in_option: level.in_option || !self.declarations(level).options.is_empty(),
            modules: level.modules.clone(),
        }
    }

    /// What an option comes to.
    pub(in crate::flake) fn option_state(&self, level: &Rc<Level>) -> OptionState {
        let declarations = self.declarations(level);
        if declarations.options.is_empty() && !level.pieces.is_empty() && self.is_namespace(level) {
            let below = self.below(level);
            let states: Vec<OptionState> =
                below.levels.into_values().map(|level| self.option_state(&Rc::new(level))).collect();
            if states.iter().any(|state| matches!(state, OptionState::Set(_))) {
                return OptionState::Set(self.option_value(level));
            }
            let unsure = states.into_iter().find(|state| matches!(state, OptionState::CannotTell(_)));
            let open = below.open.map(|open| OptionState::CannotTell(Why::Value(open)));
            return unsure.or(open).unwrap_or_else(|| self.state(level, &declarations.options));
        }
        self.state(level, &declarations.options)
    }

    /// The definitions of an option, all of them, with what is known of their conditions.
    pub(in crate::flake) fn judged(&self, level: &Level) -> Vec<Judged> {
        let mut found = Vec::new();
        level.pieces.iter().for_each(|piece| self.discharged(piece.clone(), &mut found));
        let judged = found.into_iter().map(|(piece, value)| {
            let condition = self.condition(&piece.conditions);
            Judged { piece, value, condition }
        });
        judged.collect()
    }

    /// Whether some definition of an option holds, as a value.
    pub(in crate::flake) fn is_set(&self, level: &Level) -> Value {
        let mut why = None;
        for known in self.judged(level) {
            match known.condition {
                Condition::Holds => return Value::Bool(true),
                Condition::DoesNotHold => {}
                Condition::CannotTell(unknown) => why = why.or(Some(unknown)),
            }
        }
        why.map_or(Value::Bool(false), Value::Unknown)
    }

    /// What one option's definitions and declarations come to.
    fn state(&self, level: &Rc<Level>, options: &[Rc<Attrs>]) -> OptionState {
        let judged = self.judged(level);
        let holding = judged.iter().filter(|known| matches!(known.condition, Condition::Holds));
        let strongest = holding.map(|known| known.piece.priority()).min();
        let counts = |known: &&Judged| strongest.is_none_or(|strongest| known.piece.priority() <= strongest);
        let counted = judged.iter().filter(|known| !matches!(known.condition, Condition::DoesNotHold)).filter(counts);
        let counted: Vec<&Judged> = counted.collect();
        let unsure: Vec<&Judged> = counted.iter().copied().filter(|known| !known.holds()).collect();
        let Some(strongest) = strongest else {
            return match (unsure.first().map(|known| &known.condition), level.unseen()) {
                (Some(Condition::CannotTell(why)), _) => OptionState::CannotTell(Why::Value(self.any_of(why, &unsure))),
                (_, Some(unseen)) => OptionState::CannotTell(Why::Unseen(unseen.clone(), self.default(options, level))),
                (_, None) => OptionState::NotSet(self.default(options, level)),
            };
        };
        // what may replace the others decides
        let stronger = unsure.iter().find(|known| known.piece.priority() < strongest);
        if let Some(Condition::CannotTell(why)) = stronger.map(|known| &known.condition) {
            return OptionState::CannotTell(Why::Value(self.any_of(why, &counted)));
        }
        // nobody defines a plain value twice, but a weak one gives way
        if strongest > PRIORITY
            && strongest < DEFAULT_PRIORITY
            && let Some(unseen) = level.modules.unseen.iter().find(|unseen| unseen.may_define(&level.path, true))
        {
            let value = self.applied(self.together(level, options, &counted), options, level);
            return OptionState::CannotTell(Why::Unseen(unseen.clone(), Some(value)));
        }
        OptionState::Set(self.applied(self.together(level, options, &counted), options, level))
    }

    /// What cannot be told, and may be any of these.
    fn any_of(&self, why: &Rc<Unknown>, known: &[&Judged]) -> Rc<Unknown> {
        let maybe = known.iter().map(|known| known.piece.value).collect();
        Rc::new(Unknown { maybe, ..(**why).clone() })
    }

    /// The value that definitions of one priority make; they are in the order in which they are written.
    fn together(&self, level: &Rc<Level>, options: &[Rc<Attrs>], counted: &[&Judged]) -> Value {
        if counted.iter().all(|known| matches!(known.value, Value::Attrs(_))) {
            return self.namespace(&Rc::new(Level {
                path: level.path.clone(),
                pieces: counted.iter().map(|known| Piece { priority: None, ..known.piece.clone() }).collect(),
                declarations: Vec::new(),
                in_option: !options.is_empty(),
                modules: level.modules.clone(),
            }));
        }
        let sure: Vec<&Judged> = counted.iter().copied().filter(|known| known.holds()).collect();
        if sure.iter().all(|known| matches!(known.value, Value::List(_))) {
            return self.list_of(level, counted);
        }
        let [first, others @ ..] = sure.as_slice() else { return self.of_nixos(level) };
        // a set takes in what another definition may add
        let may_grow = sure.len() < counted.len() && sure.iter().any(|known| matches!(known.value, Value::Attrs(_)));
        if !may_grow && others.iter().all(|other| self.equal(&first.value, &other.value) == Some(true)) {
            return first.value.clone();
        }
        // such as lines of text, which the option's type joins
        self.one_of(
            Cause::TooDynamic,
            &level.modules.at.file,
            level.modules.at.range(),
            counted.iter().map(|known| known.piece.value).collect(),
        )
    }

    fn list_of(&self, level: &Level, counted: &[&Judged]) -> Value {
        let mut ordered = counted.to_vec();
        ordered.sort_by_key(|known| known.piece.place());
        let mut parts = Vec::new();
        for known in ordered {
            match (&known.condition, &known.value) {
                (Condition::CannotTell(why), _) => {
                    parts.push(Part::Unknown(Rc::new(Unknown { maybe: vec![known.piece.value], ..(**why).clone() })));
                }
                (_, Value::List(known)) if self.spend(known.iter().map(Part::weight).sum()) => {
                    parts.extend(known.iter().cloned());
                }
                _ => {}
            }
        }
        // NixOS adds to its own lists, and so may modules that were not seen
        match (level.unseen(), level.is_declared(), self.of_nixos(level)) {
            (Some(unseen), _, _) => parts.push(Part::Unknown(unseen.unknown())),
            (None, false, Value::Unknown(unknown)) => parts.push(Part::Unknown(unknown)),
            _ => {}
        }
        Value::List(parts.into())
    }

    /// The default that an option's declarations give: it is a weak definition, and may have properties as any other.
    fn default(&self, options: &[Rc<Attrs>], level: &Rc<Level>) -> Option<Value> {
        let default = options.iter().find_map(|option| option.entries.get("default"))?;
        let alone = Level {
            path: level.path.clone(),
            pieces: vec![Piece::of_module(default.thunk, Conditions::default())],
            declarations: Vec::new(),
            in_option: true,
            modules: level.modules.clone(),
        };
        let judged = self.judged(&alone);
        let counted = judged.iter().filter(|known| !matches!(known.condition, Condition::DoesNotHold));
        let counted: Vec<&Judged> = counted.collect();
        Some(self.applied(self.together(level, options, &counted), options, level))
    }

    /// What `apply` in a declaration makes of a value.
    fn applied(&self, value: Value, options: &[Rc<Attrs>], level: &Level) -> Value {
        let functions = options.iter().filter_map(|option| option.entries.get("apply"));
        functions.fold(value, |value, function| {
            let function = self.force(function.thunk);
            self.apply(&function, self.thunk(value), &level.modules.at)
        })
    }

    /// Whether there are options below this name, rather than one of this name: all that is said of it are sets.
    fn is_namespace(&self, level: &Level) -> bool {
        if !level.declarations.is_empty() || level.path.is_empty() {
            return true;
        }
        let mut found = Vec::new();
        level.pieces.iter().for_each(|piece| self.discharged(piece.clone(), &mut found));
        let is_below = |value: &Value| matches!(value, Value::Attrs(_));
        let is_unknown = |value: &Value| matches!(value, Value::Unknown(_));
        found.iter().any(|(_, value)| is_below(value))
            && found.iter().all(|(_, value)| is_below(value) || is_unknown(value))
    }

    /// The set of all options below a level.
    fn namespace(&self, level: &Rc<Level>) -> Value {
        let below = self.below(level);
        let mut defined_if = DefinedIf::new();
        let mut open = below.open;
        let nothing_more = level.in_option && level.unseen().is_none();
        if !nothing_more && let Value::Unknown(unknown) = self.of_nixos(level) {
            // a name that is asked for is named
            open = Some(Rc::new(Unknown {
                maybe: open.map(|open| open.maybe.clone()).unwrap_or_default(),
                ..(*unknown).clone()
            }));
        }
        let entries = below.levels.into_iter().map(|(name, level)| {
            let site = level.pieces.iter().find_map(|piece| piece.site.clone());
            let level = Rc::new(level);
            if level.declarations.is_empty() {
                defined_if.insert(name.clone(), level.clone());
            }
            (name, Entry { thunk: self.delay_option(level), site })
        });
        let entries = entries.collect();
        let defined_if = Some(Rc::new(defined_if));
        Value::Attrs(Rc::new(Attrs { entries, open, covered: below.covered, defined_if, ..Attrs::default() }))
    }

    /// What is declared at a level.
    fn declarations(&self, level: &Level) -> Declarations {
        let mut declarations = Declarations::default();
        for declaration in &level.declarations {
            let Value::Attrs(attrs) = self.force(*declaration) else { continue };
            let kind = attrs.entries.get("_type").map(|entry| self.force(entry.thunk));
            match kind {
                Some(Value::Text(kind)) if kind == "option" => declarations.options.push(attrs),
                _ => declarations.names.push(attrs),
            }
        }
        declarations
    }

    /// The levels below a level.
    fn below(&self, level: &Level) -> Below {
        let mut below = Below { levels: BTreeMap::new(), open: None, covered: BTreeSet::new() };
        let declarations = self.declarations(level);
        let in_option = level.in_option || !declarations.options.is_empty();
        let level_below = |name: &SmolStr| Level {
            path: level.path.iter().cloned().chain([name.clone()]).collect(),
            pieces: Vec::new(),
            declarations: Vec::new(),
            in_option,
            modules: level.modules.clone(),
        };
        for attrs in declarations.names {
            for (name, entry) in attrs.entries.iter().filter(|_| self.spend(1)) {
                let level = below.levels.entry(name.clone()).or_insert_with(|| level_below(name));
                level.declarations.push(entry.thunk);
            }
        }
        let mut found = Vec::new();
        level.pieces.iter().for_each(|piece| self.discharged(piece.clone(), &mut found));
        // where a set has a priority of its own, it may be an option that replaces the others as a whole
        let strongest = found.iter().map(|(piece, _)| piece.priority()).min();
        let mixed = found.iter().any(|(piece, _)| Some(piece.priority()) != strongest);
        while let Some((mut piece, value)) = found.pop() {
            if mixed && Some(piece.priority()) != strongest && !level.path.is_empty() {
                let replaced = self.of_nixos(level);
                piece.conditions = piece.conditions.and(self.thunk(replaced));
            }
            match value {
                Value::Attrs(attrs) if self.spend(attrs.entries.len()) => {
                    for (name, entry) in attrs.entries.iter() {
                        let level = below.levels.entry(name.clone()).or_insert_with(|| level_below(name));
                        let site = entry.site.clone().or_else(|| piece.site.clone());
                        level.pieces.push(Piece { value: entry.thunk, site, ..piece.clone() });
                        if attrs.covered.contains(name) {
                            below.covered.insert(name.clone());
                        }
                    }
                    if let Some(open) = &attrs.open {
                        below.open = wider(below.open, Some(open.clone()));
                        let condition = self.thunk(Value::Unknown(open.clone()));
                        for maybe in &open.maybe {
                            let conditions = piece.conditions.and(condition);
                            self.discharged(Piece { value: *maybe, conditions, ..piece.clone() }, &mut found);
                        }
                    }
                }
                Value::Unknown(unknown) => below.open = wider(below.open, Some(unknown)),
                _ => {}
            }
        }
        // taken from the last one to the first
        below.levels.values_mut().for_each(|level| level.pieces.reverse());
        below
    }
}

/// What modules declare at one path.
#[derive(Default)]
struct Declarations {
    /// Options of this name.
    options: Vec<Rc<Attrs>>,
    /// Options below it.
    names: Vec<Rc<Attrs>>,
}
