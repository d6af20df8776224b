//! Why an edit is made, as data: the prose of the report, the guide and the page is made from it, once.

use std::fmt;

use crate::kind::{MachineKind, MachineName};
use crate::report::{Mark, MarkField};
use crate::request::Field;

/// Why an edit is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    pub cause: Cause,
    /// The machines that it is made for; empty: the fleet.
    pub machines: Vec<MachineName>,
    /// The field of the request that asks for it, where one does.
    pub field: Option<Field>,
}

impl Why {
    /// For the fleet as a whole.
    pub fn of(cause: Cause) -> Why {
        Why { cause, machines: Vec::new(), field: None }
    }

    /// For one machine.
    pub fn machine(cause: Cause, machine: &MachineName) -> Why {
        Why { cause, machines: vec![machine.clone()], field: None }
    }
}

impl Why {
    /// The fields of the form that ask for the edit.
    pub fn marks(&self) -> Vec<Mark> {
        let of_machine = |name: &MachineName| Mark {
            machine: Some(name.name.clone()),
            field: self.field.map_or(MarkField::Whole, MarkField::Machine),
        };
        match self.cause {
            Cause::Input { .. }
            | Cause::InputAtItsSource
            | Cause::OtherUrl { .. }
            | Cause::OtherFollows { .. }
            | Cause::Follows { .. }
            | Cause::ClosedPattern { .. }
            | Cause::PatternTakes { .. } => vec![Mark::fleet(MarkField::Input)],
            _ => self.machines.iter().map(of_machine).collect(),
        }
    }
}

/// What leads to an edit, with the user's own facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The input is added, perhaps following one of the user's.
    Input { follows: Option<String> },
    /// The input is written where the program that writes flake.nix takes it from.
    InputAtItsSource,
    /// The form asks for another reference of the input.
    OtherUrl { old: String, new: String },
    /// The form asks that the input follows another one.
    OtherFollows { input: String, old: String, new: String },
    /// The input that is there follows nothing yet.
    Follows { input: String },
    /// A closed outputs pattern takes these names now.
    ClosedPattern { line: u32, names: Vec<String> },
    /// What is written names the input, and the pattern takes it.
    PatternTakes { input: String, line: u32 },
    /// The machine's own file imports what we write for it.
    OwnFile { file: String },
    /// The machine's list of modules takes in what we write for it.
    List { file: String },
    /// The same, with the llama.cpp flake as an argument.
    ListWithFlake { file: String, flake: String },
    /// A helper is given modules for this machine alone.
    HelperArgument { file: String, argument: String },
    /// The finished system is extended.
    Extended { line: u32 },
    /// All machines go through the file that extends some of them.
    Wrapper { path: String, count: usize, only: Option<String> },
    /// The overlay goes into the package set that the machine is handed.
    FinishedPkgs { line: u32 },
    /// The module is imported once, by a file of all these machines.
    Shared { file: String },
    /// An earlier choice, which the form makes anew or no longer makes.
    Earlier,
    /// What an earlier version wrote into the user's file stands in a file of its own now.
    Moved { file: String },
    /// An earlier attempt of the user's, which the form asks to clean away.
    Attempt { path: String },
    /// A package of an earlier attempt that goes has another name now.
    Renamed { path: String, old: String, new: String },
    /// Upstream's overlay defines the same name.
    UpstreamOverlay,
    /// An overlay of the user's defines the same names.
    OwnOverlay,
    /// Another llama.cpp than the machine's own: it goes, or the machine's own is written in its place.
    OtherPackage { what: String, own: Option<String> },
    /// The predicate accepts NVIDIA's driver, too.
    UnfreeDriver,
    /// What is new makes a line too long.
    TakesLines,
    /// A file that is ours as a whole.
    WholeFile { new: bool },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let machine = || self.machines.first().map_or("this machine", MachineName::as_str);
        let is_mac = || self.machines.first().is_some_and(|name| name.kind == MachineKind::Darwin);
        match &self.cause {
            Cause::Input { follows: Some(target) } => write!(
                f,
                "llama.cpp's official flake becomes an input; it follows `{target}`, the nixpkgs of your machines."
            ),
            Cause::Input { follows: None } => f.write_str("llama.cpp's official flake becomes an input."),
            Cause::InputAtItsSource => f.write_str(
                "A program writes flake.nix, and takes the inputs from here: what stands in flake.nix alone would go.",
            ),
            Cause::OtherUrl { old, new } => write!(f, "The form asks for `{new}`; this input was `{old}`."),
            Cause::OtherFollows { input, old, new } => {
                write!(f, "The form asks that `{input}` follows `{new}`; it followed `{old}`.")
            }
            Cause::Follows { input } => {
                write!(f, "`{input}` is your llama.cpp input; with `follows` your lock file holds one nixpkgs less.")
            }
            Cause::ClosedPattern { line, names } => write!(
                f,
                "The pattern on line {line} is closed (it has no `...`): Nix refuses an input that it does not take, so \
                 `{}` is added.",
                names.join("`, `")
            ),
            Cause::PatternTakes { input, line } => {
                write!(f, "The code below names `{input}`, so the pattern on line {line} takes it.")
            }
            Cause::OwnFile { file } => {
                write!(f, "This is the file of {} alone; `{file}` holds all that it is given.", machine())
            }
            Cause::List { file } => write!(
                f,
                "This list is the modules of {} alone; `{file}` holds all that it is given. Your modules get `inputs`, so \
                 the file needs no argument.",
                machine()
            ),
            Cause::ListWithFlake { file, flake } => write!(
                f,
                "This list is the modules of {} alone; `{file}` holds all that it is given. Your modules do not get \
                 `inputs`, so the file is given `{flake}` here.",
                machine()
            ),
            Cause::HelperArgument { file, argument } => write!(
                f,
                "The function that makes {} takes modules of one machine as `{argument}`; `{file}` holds all that it is \
                 given.",
                machine()
            ),
            Cause::Extended { line } => write!(
                f,
                "The modules of {} come from code that other machines share, so the finished system on line {line} is \
                 extended instead; your expression stays as it is.",
                machine()
            ),
            Cause::Wrapper { path, count, only } => {
                let whose = match only {
                    Some(name) => name.clone(),
                    None => format!("one of the {count} machines"),
                };
                write!(
                    f,
                    "No list of modules belongs to {whose} alone, so the finished systems are extended: `{path}` does it, \
                     and hands on all other machines as they are."
                )
            }
            Cause::FinishedPkgs { line } => write!(
                f,
                "{} on line {line} hands {} a finished `pkgs`, so overlays of its modules do nothing; the \
                 overlay goes into that `pkgs`.",
                if is_mac() { "The call" } else { "`specialArgs`" },
                machine()
            ),
            Cause::Shared { file } => {
                write!(f, "`{file}` is a module of all these machines, so the module is imported in one place.")
            }
            Cause::Earlier => f.write_str("An earlier choice of yours, which the form no longer makes."),
            Cause::Moved { file } => {
                write!(f, "An earlier version wrote this here; it stands in `{file}` now, which is replaced as a whole.")
            }
            Cause::Attempt { path } => {
                write!(f, "`{path}` is your earlier attempt; the form asks to clean it away.")
            }
            Cause::Renamed { path, old, new } => write!(
                f,
                "`{old}` is a llama.cpp of `{path}`, which goes; `{new}` is the one that is built for {}.",
                machine()
            ),
            Cause::UpstreamOverlay => {
                f.write_str("Upstream's overlay defines `llama-cpp` too; the new one takes its place.")
            }
            Cause::OwnOverlay => f.write_str(
                "An overlay of your own that defines llama.cpp's names too; the new one takes its place.",
            ),
            Cause::OtherPackage { what, own: None } => {
                write!(f, "This is {what}; its programs would collide with those of the new one.")
            }
            Cause::OtherPackage { what, own: Some(own) } => {
                write!(f, "This was {what}; `{own}` is the one that is built for {}.", machine())
            }
            Cause::UnfreeDriver => f.write_str(
                "Unfree packages are accepted one by one here, and NVIDIA's driver, which this machine needs, is unfree.",
            ),
            Cause::TakesLines => f.write_str("With what is new this takes several lines."),
            Cause::WholeFile { new: true } => f.write_str("A new file."),
            Cause::WholeFile { new: false } => f.write_str("This file is written by Llamafleet as a whole."),
        }
    }
}
