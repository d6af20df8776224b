//! What one machine's file sets: its llama.cpp, where it is installed, the service, the drivers.

use std::borrow::Cow;
use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::call::arguments;
use super::drivers::{YIELDING, binary_cache, drivers, is_jetson, path};
use super::module::{MODULE_PACKAGE, is_option};
use super::needs::{BASELINE, CpuCode, cpu_code, cpu_comment, rocm_targets};
use super::overlay::MACHINE;
use super::service::{HARDENING_COMMENT, SETTINGS_COMMENT, service};
use super::text::{indent, list, set, strings};
use super::{Fleet, MachineSpec, Note, OptionSet, Setting, Settings, Value};
use crate::escape::Nix;
use crate::hardware::cpu;
use crate::report::Severity;
use crate::request::{Install, Style, Variant};

const NATIVE: &str = "build on this machine itself, never on another";
const PARAMETERS: &str = "what the shared overlay is to build here; it reads it, so this one comes first";

/// Whether a comment is one that we write above a setting of ours or into it.
pub(crate) fn is_comment(words: &str) -> bool {
    [NATIVE, PARAMETERS, BASELINE, HARDENING_COMMENT, SETTINGS_COMMENT].contains(&words)
        || cpu::TABLE.iter().any(|row| row.name == words)
}

/// What `machine` sets, without what its own files set already; empty for a machine that is not of the fleet.
pub(crate) fn settings(fleet: &Fleet, machine: &str) -> Settings {
    let Some(spec) = fleet.machines.get(machine) else {
        return Settings::default();
    };
    let mut settings = Settings::default();
    match fleet.style {
        Style::Module => options(spec, machine).into_iter().for_each(|setting| settings.add(spec, setting)),
        Style::Overlay if fleet.shared => settings.add(spec, parameters(fleet, machine, spec)),
        Style::Overlay => {}
    }
    install(fleet, spec).into_iter().for_each(|setting| settings.add(spec, setting));
    if let Some(server) = &spec.request.server {
        service(fleet, spec, server).into_iter().for_each(|setting| settings.add(spec, setting));
    }
    if spec.request.drivers {
        let predicate = unfree_predicate(spec);
        for setting in drivers(spec) {
            match predicate {
                Some(theirs) if setting.path == ["nixpkgs", "config", "allowUnfree"] => {
                    settings.notes.push(name_the_driver(theirs));
                }
                _ => settings.add(spec, setting),
            }
        }
        settings.notes.extend(driver_notes(spec));
    }
    if fleet.binary_caches && spec.request.variant == Variant::Cuda {
        binary_cache().into_iter().for_each(|setting| settings.add(spec, setting));
    }
    settings.args = module_arguments(&settings.settings);
    settings
}

/// What drivers and caches another variant of this machine would be given.
pub(crate) fn drivers_of(machine: &MachineSpec, variant: Variant) -> Vec<Setting> {
    let mut other = machine.clone();
    other.request.variant = variant;
    other.refuses_unfree = false;
    let mut settings = drivers(&other);
    if variant == Variant::Cuda {
        settings.extend(binary_cache());
    }
    settings
}

impl Settings {
    /// Adds a setting, unless the machine's own files decide on that option already.
    fn add(&mut self, machine: &MachineSpec, setting: Setting) {
        // overlays of several files add up, in whatever way each is written
        if setting.path == ["nixpkgs", "overlays"] {
            self.settings.push(setting);
            return;
        }
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
    let is_same_option =
        |path: &[SmolStr]| setting.path == path || (has_former && path == ["hardware", "opengl", "enable"]);
    // a whole set, as the service is: a part of it that the user decides on decides it all
    let part = |set: &&OptionSet| set.path.len() > setting.path.len() && setting.holds(&set.path);
    if let (Value::Expr(_), Some(theirs)) = (&setting.value, machine.sets.iter().find(part)) {
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
            // another list that is added to
            Value::Expr(ours) if ours.starts_with("lib.mkBefore ") && normal(value) != normal(ours) => {}
            // a default gives way to what we set
            Value::Expr(_) if value.contains("mkDefault") => {}
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

/// The machine accepts unfree packages one by one: then it is not made to accept all.
fn unfree_predicate(machine: &MachineSpec) -> Option<&OptionSet> {
    machine.sets.iter().find(|set| *set.path == ["nixpkgs", "config", "allowUnfreePredicate"])
}

fn name_the_driver(theirs: &OptionSet) -> Note {
    Note {
        severity: Severity::Warning,
        code: "unfree-predicate",
        file: theirs.file.clone(),
        line: theirs.line,
        message: "Unfree packages are accepted one by one here, and NVIDIA's driver is one of them.".into(),
        hint: Some("Let the predicate accept \"nvidia-x11\" and \"nvidia-settings\".".into()),
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
    if machine.request.variant != Variant::Cuda {
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
    } else if machine.foreign_pkgs {
        note(
            Severity::Note,
            "foreign-pkgs-unfree",
            "This machine is given a finished pkgs, so it cannot accept NVIDIA's unfree driver itself.",
            "Add config.allowUnfree = true; where that pkgs is made.",
        );
    }
    notes
}

pub(super) fn setting<const N: usize>(name: [&'static str; N], value: Value, reason: &'static str) -> Setting {
    Setting { path: path(name), value, comment: "", reason }
}

/// The options `llama.*` of the module.
fn options(machine: &MachineSpec, name: &str) -> Vec<Setting> {
    let request = &machine.request;
    let expr = |text: String| Value::Expr(text);
    let mut options = vec![setting(
        ["llama", "variant"],
        expr(["\"", request.variant.name(), "\""].concat()),
        "The GPU backend of this machine's llama.cpp.",
    )];
    match cpu_code(machine) {
        CpuCode::Dispatch => {}
        CpuCode::Features(features) => {
            let mut features = setting(
                ["llama", "cpu", "features"],
                expr(strings(features)),
                "The instruction sets to compile for; all others are off.",
            );
            features.comment = cpu_comment(&request.cpu);
            options.push(features);
        }
        CpuCode::Arch(arch) => options.push(setting(
            ["llama", "cpu", "arch"],
            expr(Nix::string(&arch).into()),
            "The ARM architecture of this machine's CPU.",
        )),
        CpuCode::Native => {
            let mut native = setting(
                ["llama", "cpu", "nativeFor"],
                expr(Nix::string(name).into()),
                "Compiled for the CPU that builds it: build on the machine itself.",
            );
            native.comment = NATIVE;
            options.push(native);
        }
    }
    if request.variant == Variant::Cuda && !request.cuda_capabilities.is_empty() {
        options.push(setting(
            ["llama", "cuda", "capabilities"],
            expr(strings(request.cuda_capabilities.iter().map(String::as_str))),
            "The compute capability of this machine's GPU, for which CUDA code is compiled.",
        ));
    }
    if !rocm_targets(machine).is_empty() {
        options.push(setting(
            ["llama", "rocm", "targets"],
            expr(strings(rocm_targets(machine).iter().map(String::as_str))),
            "This machine's GPU, for which ROCm code is compiled.",
        ));
    }
    if request.install != Install::System {
        options.push(setting(["llama", "install"], expr("false".into()), "The package goes elsewhere, or nowhere."));
    }
    options
}

/// The machine's parameters for an overlay that a shared file applies.
fn parameters(fleet: &Fleet, name: &str, machine: &MachineSpec) -> Setting {
    let arguments = arguments(fleet, name, machine);
    let body = match arguments.as_slice() {
        [] => format!("(_final: _prev: {{ {MACHINE} = {{ }}; }})"),
        [one] if !one.contains('\n') => format!("(_final: _prev: {{ {MACHINE}.{one} }})"),
        many => format!("(_final: _prev: {{\n{}\n}})", indent(&format!("{MACHINE} = {};", set(many)), 2)),
    };
    Setting {
        path: path(["nixpkgs", "overlays"]),
        value: Value::Expr(format!("lib.mkBefore {}", list(&[body]))),
        comment: PARAMETERS,
        reason: "The shared overlay builds llama.cpp with these parameters on this machine.",
    }
}

/// Where the package goes; in the module style the module itself installs into the system.
fn install(fleet: &Fleet, machine: &MachineSpec) -> Option<Setting> {
    let package = match fleet.style {
        Style::Module => MODULE_PACKAGE.to_owned(),
        Style::Overlay => format!("pkgs.llama-cpp-{}", machine.request.variant.name()),
    };
    let path = match &machine.request.install {
        Install::None => return None,
        Install::System if fleet.style == Style::Module => return None,
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
    })
}

/// The module arguments that the settings name.
fn module_arguments(settings: &[Setting]) -> BTreeSet<&'static str> {
    let expressions = settings.iter().flat_map(|setting| match &setting.value {
        Value::Expr(text) => std::slice::from_ref(text),
        Value::Items(items) => items,
    });
    let codes: Vec<Cow<str>> = expressions.filter(|text| text.contains('.')).map(|text| code(text)).collect();
    let arguments = [("config", "config."), ("lib", "lib."), ("options", "options."), ("pkgs", "pkgs.")];
    let used = arguments.into_iter().filter(|(_, named)| codes.iter().any(|code| code.contains(named)));
    used.map(|(argument, _)| argument).collect()
}

/// An expression of ours without the contents of its strings.
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
            '"' => in_string = !in_string,
            c if !in_string => code.push(c),
            _ => {}
        }
    }
    code.into()
}
