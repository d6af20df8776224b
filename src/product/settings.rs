//! What one machine's file sets: its llama.cpp, where it is installed, the service, the drivers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::call::overlay_call;
use super::drivers::{YIELDING, binary_cache, drivers, is_driver_comment, is_jetson, path};
use super::module::{MODULE_PACKAGE, is_option};
use super::needs::BASELINE;
use super::options::{NATIVE, rows};
use super::rpc;
use super::service::{HARDENING_COMMENT, SETTINGS_COMMENT, service};
use super::text::list;
use super::{Fleet, MachineSpec, Note, OptionSet, Setting, Settings, Value, path_between};
use crate::escape::Nix;
use crate::hardware::cpu;
use crate::kind::{MachineKind, MachineName};
use crate::report::Severity;
use crate::request::{Field, Install, Style, Variant};

/// What earlier versions wrote above a machine's parameters for a shared overlay.
const PARAMETERS: &str = "what the shared overlay is to build here; it reads it, so this one comes first";

/// Whether a comment is one that we write, or wrote, above a setting of ours or into it.
pub(crate) fn is_comment(words: &str) -> bool {
    [NATIVE, PARAMETERS, BASELINE, HARDENING_COMMENT, SETTINGS_COMMENT].contains(&words)
        || is_driver_comment(words)
        || cpu::TABLE.iter().any(|row| row.name == words)
}

/// What `machine` sets, without what its own files set already; empty for a machine that is not of the fleet.
pub(crate) fn settings(fleet: &Fleet, machine: &MachineName) -> Settings {
    let Some(spec) = fleet.machines.get(machine) else {
        return Settings::default();
    };
    let mut settings = Settings::default();
    match fleet.style {
        Style::Module => {
            settings.settings.push(imports(fleet, spec));
            settings.add(spec, flake(fleet, spec));
            options(spec, machine.as_str()).into_iter().for_each(|setting| settings.add(spec, setting));
        }
        Style::Overlay if spec.overlay_elsewhere => {}
        Style::Overlay => settings.settings.push(overlay(fleet, machine, spec)),
    }
    install(fleet, spec).into_iter().for_each(|setting| settings.add(spec, setting));
    if let Some(server) = &spec.request.server {
        service(fleet, spec, server).into_iter().for_each(|setting| settings.add(spec, setting));
    }
    settings.notes.extend(foreign_notes(fleet, spec));
    if spec.kind.is_nixos()
        && let Some(worker) = rpc::worker(spec, &own_package(fleet.style, spec))
    {
        settings.add(spec, worker);
    }
    if spec.request.drivers && spec.kind.is_nixos() {
        // a machine that accepts unfree packages one by one is not made to accept all
        let accepts_some = spec.sets.iter().any(|set| *set.path == ["nixpkgs", "config", "allowUnfreePredicate"]);
        for setting in drivers(spec) {
            if !(accepts_some && setting.path == ["nixpkgs", "config", "allowUnfree"]) {
                settings.add(spec, setting);
            }
        }
        settings.notes.extend(driver_notes(spec));
    }
    if fleet.binary_caches && spec.request.uses(Variant::Cuda) && spec.kind.is_nixos() {
        binary_cache().into_iter().for_each(|setting| settings.add(spec, setting));
    }
    settings.args = module_arguments(&settings.settings);
    settings
}

impl Settings {
    /// Adds a setting, unless the machine's own files decide on that option already.
    fn add(&mut self, machine: &MachineSpec, setting: Setting) {
        match compare(machine, &setting) {
            Found::Nothing => self.settings.push(setting),
            Found::Same => {}
            Found::Different(theirs) => self.notes.push(conflict(&setting, theirs)),
        }
    }
}

/// What the machine's own files say about an option.
enum Found<'a> {
    Nothing,
    Same,
    Different(&'a OptionSet),
}

fn compare<'a>(machine: &'a MachineSpec, setting: &Setting) -> Found<'a> {
    // the name of hardware.graphics until 24.11, still understood
    let has_former = setting.path == ["hardware", "graphics", "enable"];
    // two ways to choose NVIDIA's driver, of which `package` wins
    const DRIVER: [[&str; 3]; 2] = [["hardware", "nvidia", "package"], ["hardware", "nvidia", "branch"]];
    let chooses_driver = |path: &[SmolStr]| DRIVER.iter().any(|known| path == known);
    let is_driver = chooses_driver(&setting.path);
    let is_same_option = |path: &[SmolStr]| {
        setting.path == path
            || (has_former && path == ["hardware", "opengl", "enable"])
            || (is_driver && chooses_driver(path))
    };
    // a whole set, as the service is: a part of it that the user decides on decides it all
    let part = |set: &&OptionSet| set.path.len() > setting.path.len() && setting.holds(&set.path);
    if let (Value::Expr(_), Some(theirs)) = (&setting.value, machine.sets.iter().find(part)) {
        return Found::Different(theirs);
    }
    // beside what stands in a forced set, what is said elsewhere does not count
    let mut siblings = machine.sets.iter().filter(|set| set.in_forced_set && set.path.len() == setting.path.len());
    let above = setting.path.len().saturating_sub(1);
    if let Some(theirs) = siblings.find(|set| setting.path[..above] == set.path[..above]) {
        return Found::Different(theirs);
    }
    let mut found = Found::Nothing;
    for theirs in machine.sets.iter().filter(|set| is_same_option(&set.path)) {
        let value = theirs.value.trim();
        match &setting.value {
            // a list is the sum of what all files say
            Value::Items(items) if items.iter().all(|item| theirs.items.contains(item)) && !theirs.conditional => {
                return Found::Same;
            }
            Value::Items(_) if value.contains("mkForce") => found = Found::Different(theirs),
            // a user's packages that are a default would be lost; NixOS itself sets `environment.systemPackages`
            Value::Items(_)
                if value.contains("mkDefault") && setting.path.last().is_some_and(|name| name == "packages") =>
            {
                found = Found::Different(theirs);
            }
            Value::Items(_) => {}
            // a default gives way to what we set
            Value::Expr(_) if value.contains("mkDefault") && setting.path == *theirs.path => {}
            Value::Expr(_) if is_driver && value.contains("legacy_580") => {
                if !theirs.conditional {
                    return Found::Same;
                }
            }
            Value::Expr(ours) if normal(value) == normal(ours) => {
                if !theirs.conditional {
                    return Found::Same;
                }
            }
            Value::Expr(_) => found = Found::Different(theirs),
        }
    }
    found
}

/// A value without what does not change it: blanks, and its priority.
fn normal(value: &str) -> String {
    let value =
        ["lib.mkForce ", "mkForce ", YIELDING].iter().find_map(|force| value.strip_prefix(force)).unwrap_or(value);
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn conflict(setting: &Setting, theirs: &OptionSet) -> Note {
    let ours = match &setting.value {
        Value::Expr(value) => value.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::Items(items) => list(items).split_whitespace().collect::<Vec<_>>().join(" "),
    };
    let name = option_name(&setting.path);
    if theirs.path.len() > setting.path.len() {
        let theirs_name = option_name(&theirs.path);
        return Note {
            severity: Severity::Warning,
            code: "option-set-differently",
            file: theirs.file.clone(),
            line: theirs.line,
            message: format!("{theirs_name} is set here, so {name} stays as you wrote it, and nothing is added to it."),
            hint: Some(format!("Set what the form says there yourself, or take {name} out and run again.")),
        };
    }
    if is_option(&setting.path) {
        return Note {
            severity: Severity::Error,
            code: "option-set-differently",
            file: theirs.file.clone(),
            line: theirs.line,
            message: format!(
                "{name} is set here already, to something else than `{ours}`, and would decide what is built"
            ),
            hint: Some(format!("Delete {name} here, then run again.")),
        };
    }
    Note {
        severity: Severity::Warning,
        code: "option-set-differently",
        file: theirs.file.clone(),
        line: theirs.line,
        message: format!("{name} is set here already, to something else than `{ours}`; it stays as you wrote it."),
        hint: Some(format!("{} If it should hold here too: {name} = {ours};", setting.reason)),
    }
}

/// An option as it is written in code, for instance `users.users."a b".packages`.
pub(crate) fn option_name<S: AsRef<str>>(path: &[S]) -> String {
    let mut name = String::with_capacity(32);
    for (index, segment) in path.iter().enumerate() {
        name.push_str(if index > 0 { "." } else { "" });
        Nix::push_attr(&mut name, segment.as_ref());
    }
    name
}

/// What a home or a Mac leaves to its host.
fn foreign_notes(fleet: &Fleet, machine: &MachineSpec) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |severity, code, message: &str, hint: &str| {
        let (message, hint) = (message.to_owned(), Some(hint.to_owned()));
        notes.push(Note { severity, code, file: String::new(), line: 0, message, hint });
    };
    if machine.kind.is_nixos() {
        return notes;
    }
    if machine.request.server.as_ref().is_some_and(|server| server.open_firewall) {
        note(
            Severity::Warning,
            "firewall-of-the-host",
            "The firewall is not opened: it is the host's, and neither Home Manager nor nix-darwin has a setting for a port.",
            "Open the port on the host, or serve on 127.0.0.1 alone.",
        );
    }
    if !machine.request.switches.text("rpc_worker").is_empty() {
        note(
            Severity::Warning,
            "worker-left-out",
            "The RPC worker is not set up: its service is written for NixOS machines alone.",
            "Start llama-rpc-server from the package yourself, with --host and --port.",
        );
    }
    if fleet.binary_caches && machine.request.uses(Variant::Cuda) {
        note(
            Severity::Note,
            "caches-of-the-host",
            "The binary cache is not written: Nix takes substituters from users that it trusts alone, so it belongs into the \
             host's own settings.",
            "On NixOS: nix.settings; elsewhere extra-substituters and extra-trusted-public-keys in /etc/nix/nix.conf.",
        );
    }
    notes
}

fn driver_notes(machine: &MachineSpec) -> Vec<Note> {
    let mut notes = Vec::new();
    let mut note = |severity, code, message: &str, hint: &str| {
        notes.push(Note {
            severity,
            code,
            file: String::new(),
            line: 0,
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
        });
    };
    if !machine.request.uses(Variant::Cuda) {
        return notes;
    }
    if is_jetson(machine) {
        note(
            Severity::Note,
            "jetson-driver",
            "A Jetson's driver is part of its board support; no driver settings are written.",
            "Import jetpack-nixos (github:anduril/jetpack-nixos) and set hardware.nvidia-jetpack.enable = true;",
        );
    } else if machine.refuses_unfree {
        note(
            Severity::Warning,
            "foreign-pkgs-unfree",
            "This machine is given a finished pkgs that is not seen to accept unfree packages, so NVIDIA's driver, which is \
             one, is not chosen.",
            "Add config.allowUnfree = true; where that pkgs is made, and run again.",
        );
    } else if machine.foreign_pkgs && !machine.accepts_unfree {
        note(
            Severity::Note,
            "foreign-pkgs-unfree",
            "This machine is given a finished pkgs, so it cannot accept NVIDIA's unfree driver itself.",
            "Add config.allowUnfree = true; where that pkgs is made.",
        );
    }
    notes
}

/// What the module is imported by.
fn imports(fleet: &Fleet, machine: &MachineSpec) -> Setting {
    Setting {
        path: path(["imports"]),
        value: Value::Items(vec![path_between(&machine.file, &fleet.module_path).into()]),
        comment: "",
        reason: "The module declares the options below, and hands them to the overlay.",
        field: None,
    }
}

/// The llama.cpp flake, for the module.
fn flake(fleet: &Fleet, machine: &MachineSpec) -> Setting {
    Setting {
        path: path(["llama", "flake"]),
        value: Value::Expr(machine.flake(&fleet.input)),
        comment: "",
        reason: "llama.cpp's own flake, from which the packages come.",
        field: None,
    }
}

/// The overlay, with this machine's parameters.
fn overlay(fleet: &Fleet, name: &MachineName, machine: &MachineSpec) -> Setting {
    let from = path_between(&machine.file, &fleet.overlay_path);
    Setting {
        path: path(["nixpkgs", "overlays"]),
        value: Value::Items(vec![overlay_call(fleet, name, &machine.flake(&fleet.input), &from)]),
        comment: "",
        reason: "The overlay builds llama.cpp with these parameters on this machine.",
        field: Some(Field::Variant),
    }
}

/// The options `llama.*` of the module.
fn options(machine: &MachineSpec, name: &str) -> Vec<Setting> {
    let rows = rows().filter_map(|row| {
        let value = Value::Expr(row.value(machine, name)?);
        let comment = (row.comment)(machine);
        Some(Setting { path: row.path(), value, comment, reason: row.reason, field: Some(row.field) })
    });
    let elsewhere = (!machine.installs_for_all()).then(|| Setting {
        path: path(["llama", "install"]),
        value: Value::Expr("false".into()),
        comment: "",
        reason: "The package goes elsewhere, or nowhere.",
        field: Some(Field::Install),
    });
    rows.chain(elsewhere).collect()
}

/// The machine's own llama.cpp, in Nix.
fn own_package(style: Style, machine: &MachineSpec) -> String {
    match style {
        Style::Module => MODULE_PACKAGE.to_owned(),
        Style::Overlay => format!("pkgs.{}", machine.request.package_name()),
    }
}

/// Where the package goes; in the module style the module itself installs into the system.
fn install(fleet: &Fleet, machine: &MachineSpec) -> Option<Setting> {
    let package = own_package(fleet.style, machine);
    let path = match &machine.request.install {
        Install::None => return None,
        _ if machine.installs_for_all() && fleet.style == Style::Module => return None,
        _ if machine.kind == MachineKind::Home => path(["home", "packages"]),
        Install::System => path(["environment", "systemPackages"]),
        Install::Home(user) if machine.home_manager => {
            vec!["home-manager".into(), "users".into(), user.clone().into(), "home".into(), "packages".into()]
        }
        Install::Home(user) => vec!["users".into(), "users".into(), user.clone().into(), "packages".into()],
    };
    Some(Setting {
        path,
        value: Value::Items(vec![package]),
        comment: "",
        reason: "llama-cli, llama-server and the others on the command line.",
        field: Some(Field::Install),
    })
}

/// The module arguments that the settings name.
fn module_arguments(settings: &[Setting]) -> BTreeSet<&'static str> {
    let expressions = settings.iter().flat_map(|setting| match &setting.value {
        Value::Expr(text) => std::slice::from_ref(text),
        Value::Items(items) => items,
    });
    let codes: Vec<Cow<str>> = expressions.filter(|text| text.contains('.')).map(|text| code(text)).collect();
    // `inherit (inputs) llama-cpp;`
    let is_used = |argument: &str, named: &str| {
        codes.iter().any(|code| code.contains(named) || code.contains(&format!("({argument})")))
    };
    let arguments =
        [("config", "config."), ("inputs", "inputs."), ("lib", "lib."), ("options", "options."), ("pkgs", "pkgs.")];
    let used = arguments.into_iter().filter(|(argument, named)| is_used(argument, named));
    used.map(|(argument, _)| argument).collect()
}

/// An expression of ours without the contents of its strings, but for what is interpolated.
fn code(expression: &str) -> Cow<'_, str> {
    if !expression.contains('"') {
        return expression.into();
    }
    let mut code = String::with_capacity(expression.len());
    let mut in_string = false;
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' if in_string => drop(chars.next()),
            '$' if in_string && chars.clone().next() == Some('{') => {
                code.extend(chars.by_ref().take_while(|c| *c != '}'));
            }
            '"' => in_string = !in_string,
            c if !in_string => code.push(c),
            _ => {}
        }
    }
    code.into()
}
