//! The commands: put the files in place, tell git, lock, build, switch, check, and how to go back.

use std::borrow::Cow;

use super::Subject;
use crate::escape::{Markdown, Nix, Shell, flake_attribute, fragment, put};
use crate::kind::{MachineKind, MachineName};
use crate::product::{CpuCode, MachineSpec, cpu_code};
use crate::report::{Change, Command};

/// What belongs together: one number in the guide.
pub(super) struct Step {
    /// Why, for all of its commands.
    why: Cow<'static, str>,
    commands: Vec<Command>,
}

impl Step {
    fn one(shell: Shell, why: &'static str) -> Step {
        Step { why: why.into(), commands: vec![command(shell, why.into())] }
    }
}

fn command(shell: Shell, why: String) -> Command {
    Command { run: shell.into(), why }
}

/// All commands, in the order in which they are run.
pub(super) fn all(steps: Vec<Step>) -> Vec<Command> {
    let mut all = Vec::with_capacity(steps.iter().map(|step| step.commands.len()).sum());
    steps.into_iter().for_each(|step| all.extend(step.commands));
    all
}

/// The steps, in order.
pub(super) fn steps(subject: &Subject) -> Vec<Step> {
    let mut steps = Vec::new();
    let changed = !subject.files.is_empty();
    if changed {
        steps.push(put_in_place());
        steps.extend(tell_git(subject));
    }
    if changed && !subject.fleet.machines.is_empty() {
        steps.push(Step::one(
            Shell::new("nix flake lock"),
            "Brings `flake.lock` up to date with the inputs. Unlike `nix flake update` it leaves every other pin alone.",
        ));
    }
    if subject.done().next().is_some() {
        steps.extend([evaluate(subject), build_all(subject), switch_all(subject)]);
        steps.push(Step::one(
            Shell::new("llama-server --list-devices"),
            "On each machine, shows the GPUs that llama.cpp can use.",
        ));
    }
    steps
}

/// Evaluates, builds and switches one machine, on itself.
pub(super) fn by_itself(subject: &Subject, name: &MachineName) -> String {
    [cmake_flags(subject, name), build(name), switch(name)].map(|shell| String::from(shell) + "\n").concat()
}

fn evaluate(subject: &Subject) -> Step {
    let commands = subject.done().map(|(name, _)| {
        let why = about("Evaluates ", name, " and shows its build flags: a mistake shows now.");
        command(cmake_flags(subject, name), why)
    });
    Step {
        commands: commands.collect(),
        why: "Evaluates each machine and shows its build flags: a mistake shows now, before anything is built.".into(),
    }
}

fn build_all(subject: &Subject) -> Step {
    let is_native = |spec: &MachineSpec| cpu_code(spec) == CpuCode::Native;
    let commands = subject.done().map(|(name, spec)| {
        let why = match is_native(spec) {
            true => about("On ", name, " itself, for whose CPU it is: builds it without switching to it."),
            false => about("Builds ", name, " without switching to it; any machine of its system can do that."),
        };
        command(build(name), why)
    });
    let mut why = "Builds each machine without switching to it; any machine of the same system can do that.".to_owned();
    let native = subject.done().filter(|(_, spec)| is_native(spec));
    let native: Vec<String> = native.map(|(name, _)| about("", name, "")).collect();
    if !native.is_empty() {
        why.push_str(&format!(" Not so {}: native code is built on the machine itself.", native.join(", ")));
    }
    Step { commands: commands.collect(), why: why.into() }
}

fn switch_all(subject: &Subject) -> Step {
    let commands =
        subject.done().map(|(name, _)| command(switch(name), about("On ", name, ", makes it the running system.")));
    Step { commands: commands.collect(), why: "On each machine, its own line: makes it the running system.".into() }
}

/// A message about a machine, with its name as code, which backticks hold.
fn about(before: &str, name: &MachineName, behind: &str) -> String {
    let name = name.as_str();
    let quote = if name.contains('`') { "" } else { "`" };
    [before, quote, name, quote, behind].concat()
}

fn put_in_place() -> Step {
    Step::one(
        Shell::new("unzip -o ~/Downloads/llama-cpp-fleet.zip"),
        "Puts the files in place, if the page has not written them into the folder. Instead of that, `git apply \
         ~/Downloads/llama-cpp-fleet.patch` does the same, and stops where a file is not what the page has read.",
    )
}

/// A flake sees only what git knows.
fn tell_git(subject: &Subject) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut deleted = subject.paths(Change::Deleted).map(git_path).peekable();
    if deleted.peek().is_some() {
        let shell = Shell::new("git rm --quiet --ignore-unmatch").words(deleted);
        steps.push(Step::one(shell, "Deletes what nothing imports any more, if it is still there."));
    }
    let mut created = subject.paths(Change::Created).map(git_path).peekable();
    if created.peek().is_some() {
        let shell = Shell::new("git add -N").words(created);
        steps.push(Step::one(
            shell,
            "A flake sees only files that git knows: without this, Nix says that they do not exist.",
        ));
    }
    steps
}

/// A path that git takes for nothing but a path.
fn git_path(path: &str) -> Cow<'_, str> {
    if path.starts_with(['-', ':']) { format!("./{path}").into() } else { path.into() }
}

/// Shows the flags of the machine's own package.
pub(super) fn cmake_flags(subject: &Subject, name: &MachineName) -> Shell {
    let spec = subject.fleet.machines.get(name);
    let package = match spec {
        Some(spec) if !subject.fleet.alias => spec.request.package_name(),
        _ => "llama-cpp".to_owned(),
    };
    // where specialArgs hand a machine its pkgs, its modules take that one, and not the system's own
    let is_elsewhere = spec.is_some_and(|spec| spec.overlay_elsewhere);
    let pkgs = if is_elsewhere { "_module.specialArgs.pkgs" } else { "pkgs" };
    let rest = format!("{pkgs}.{package}.cmakeFlags");
    match flake_attribute(name, &rest) {
        Some(attribute) => Shell::new("nix eval --json").word(&attribute),
        None => Shell::new("nix eval --json --impure --expr").word(&expression(name, &rest)),
    }
}

/// For a name that a flake reference cannot hold.
fn expression(name: &MachineName, rest: &str) -> String {
    format!("(builtins.getFlake (toString ./.)).{}.{}.{rest}", name.kind.output(), Nix::string(name.as_str()))
}

/// Whether the program that usually builds one of this kind takes the name behind `#`.
///
/// home-manager encodes the name by itself and cuts at `#` (`setFlakeAttribute` in home-manager/home-manager);
/// darwin-rebuild takes it as a path of attributes (`flakeAttr` in pkgs/nix-tools/darwin-rebuild.sh).
fn is_taken(name: &MachineName) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match name.kind {
        MachineKind::NixOs => !name.as_str().contains('"'),
        MachineKind::Home => !name.as_str().contains(['"', '#']),
        MachineKind::Darwin => !name.as_str().is_empty() && name.as_str().bytes().all(plain),
    }
}

/// What builds one of this kind and makes it the running one.
fn rebuild(kind: MachineKind, verb: &str) -> Shell {
    match (kind, verb) {
        (MachineKind::NixOs, "build") => Shell::new("nixos-rebuild build --flake"),
        (MachineKind::NixOs, _) => Shell::new("sudo nixos-rebuild switch --flake"),
        (MachineKind::Home, "build") => Shell::new("home-manager build --flake"),
        (MachineKind::Home, _) => Shell::new("home-manager switch --flake"),
        (MachineKind::Darwin, "build") => Shell::new("darwin-rebuild build --flake"),
        (MachineKind::Darwin, _) => Shell::new("sudo darwin-rebuild switch --flake"),
    }
}

fn build(name: &MachineName) -> Shell {
    if !is_taken(name) {
        return build_anywhere(name);
    }
    rebuild(name.kind, "build").word(&reference(name))
}

/// The name behind `.#`, as the program that builds it takes it.
fn reference(name: &MachineName) -> String {
    match name.kind {
        MachineKind::NixOs => [".#", &fragment(name.as_str())].concat(),
        MachineKind::Home | MachineKind::Darwin => [".#", name.as_str()].concat(),
    }
}

/// Without the program that usually builds it, on any machine that has Nix.
fn build_anywhere(name: &MachineName) -> Shell {
    let whole = match name.kind {
        MachineKind::NixOs => "config.system.build.toplevel",
        MachineKind::Home => "activationPackage",
        MachineKind::Darwin => "system",
    };
    match flake_attribute(name, whole) {
        Some(attribute) => Shell::new("nix build").word(&attribute),
        None => Shell::new("nix build --impure --expr").word(&expression(name, whole)),
    }
}

fn switch(name: &MachineName) -> Shell {
    if is_taken(name) {
        return rebuild(name.kind, "switch").word(&reference(name));
    }
    let profile = || Shell::new("sudo nix-env --profile /nix/var/nix/profiles/system --set ./result");
    let built = build_anywhere(name);
    match name.kind {
        MachineKind::NixOs => built.and(profile()).and(Shell::new("sudo ./result/bin/switch-to-configuration switch")),
        MachineKind::Home => built.and(Shell::new("./result/activate")),
        MachineKind::Darwin => built.and(profile()).and(Shell::new("sudo ./result/activate")),
    }
}

/// The commands as numbered steps, with what stands between them.
pub(super) fn section(subject: &Subject, steps: &[Step], out: &mut Markdown) {
    if steps.is_empty() {
        return;
    }
    put!(out, "## The commands\n\nAll of them run in the repository's folder.\n\n");
    let mut lines = String::with_capacity(512);
    for (index, step) in steps.iter().enumerate() {
        let number = index + 1;
        let indent = if number < 10 { "   " } else { "    " };
        lines.clear();
        for command in &step.commands {
            lines.push_str(&command.run);
            lines.push('\n');
        }
        let block = Markdown::block("sh", &lines).indented(indent);
        put!(out, number, ". ", Markdown::message(&step.why), "\n\n", block, "\n");
    }
    if let Some((name, _)) = subject.done().next() {
        put!(
            out,
            "Where there is no `",
            match name.kind {
                MachineKind::NixOs => "nixos-rebuild",
                MachineKind::Home => "home-manager",
                MachineKind::Darwin => "darwin-rebuild",
            },
            "`, ",
            Markdown::code(build_anywhere(name).as_str()),
            " builds the same, and so for the other machines. Build all before you switch the first.\n\n",
        );
    }
    if !subject.files.is_empty() {
        going_back(subject, out);
    }
}

/// The patch takes out what came and nothing else: work that is not committed stays.
fn going_back(subject: &Subject, out: &mut Markdown) {
    put!(out, "### How to go back\n\n");
    if subject.has_kind(MachineKind::NixOs) || subject.fleet.machines.is_empty() {
        put!(
            out,
            "- The running system: `sudo nixos-rebuild switch --rollback`, or choose the generation before in the boot \
             menu.\n"
        );
    }
    if subject.has_kind(MachineKind::Home) {
        put!(
            out,
            "- A home: `home-manager generations` lists the earlier ones; run `activate` in the folder of the one \
             before.\n"
        );
    }
    if subject.has_kind(MachineKind::Darwin) {
        put!(out, "- A Mac: `sudo darwin-rebuild switch --rollback`.\n");
    }
    put!(
        out,
        "- The files: ",
        Markdown::code(take_out(subject).as_str()),
        " takes out what came, and nothing else: your own work in the same files stays. The patch is in the archive, too.\n\
         - `flake.lock`: `nix flake lock` after that drops what no input names any more.\n\n"
    );
}

/// Reverses the patch; git forgets the new files that it was told of, and knows those again that went.
fn take_out(subject: &Subject) -> Shell {
    let reverse = Shell::new("git apply --reverse llama-cpp-fleet.patch");
    let told = subject.paths(Change::Created).chain(subject.paths(Change::Deleted));
    let mut told = told.map(git_path).peekable();
    match told.peek().is_some() {
        true => reverse.and(Shell::new("git reset --quiet --").words(told)),
        false => reverse,
    }
}
