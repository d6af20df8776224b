//! The commands: back up, tell git, lock, build, switch, and how to go back.

use super::{Subject, enumeration};
use crate::escape::{Markdown, Nix, Shell, flake_attribute, fragment, md};
use crate::nix::{CpuCode, cpu_code};
use crate::report::{Change, Command};

fn command(shell: Shell, why: impl Into<String>) -> Command {
    Command { run: shell.into(), why: why.into() }
}

/// All commands, in the order in which they are run.
pub(super) fn all(subject: &Subject) -> Vec<Command> {
    let mut commands = Vec::new();
    let changed = !subject.files.is_empty();
    if changed {
        commands.push(backup());
        commands.extend(tell_git(subject));
        commands.push(command(
            Shell::new("nix flake lock"),
            "Writes the new input into flake.lock. Unlike `nix flake update` it leaves every other pin alone.",
        ));
    }
    commands.extend(subject.done().map(|(name, _)| {
        command(
            cmake_flags(subject, name),
            format!("Evaluates `{name}` and shows its build flags: a mistake shows now, before anything is built."),
        )
    }));
    commands.extend(subject.done().map(|(name, spec)| {
        let why = match cpu_code(spec) {
            CpuCode::Native => format!("Builds `{name}` without switching to it. Run it on `{name}` itself: the code is for the CPU that builds it."),
            _ => format!("Builds `{name}` without switching to it. Any machine of its system can do that."),
        };
        command(build(name), why)
    }));
    commands.extend(
        subject.done().map(|(name, _)| command(switch(name), format!("On `{name}`: makes it the running system."))),
    );
    if subject.done().next().is_some() {
        commands.push(command(
            Shell::new("llama-server --list-devices"),
            "On each machine: shows the GPUs that llama.cpp can use.",
        ));
    }
    if changed {
        commands.push(command(
            Shell::new("git commit --all --message").word("llama.cpp from its own flake, for each machine"),
            "Keeps the result, flake.lock included.",
        ));
    }
    commands
}

fn backup() -> Command {
    command(
        Shell::new("git commit --all --allow-empty --message").word("Before llama.cpp from its own flake"),
        "Before the files are put in place: a commit to come back to.",
    )
}

/// A flake sees only what git knows.
fn tell_git(subject: &Subject) -> Vec<Command> {
    let mut commands = Vec::new();
    let deleted: Vec<String> = subject.paths(Change::Deleted).map(git_path).collect();
    if !deleted.is_empty() {
        let shell = Shell::new("git rm --quiet --ignore-unmatch").words(deleted.iter().map(String::as_str));
        commands.push(command(shell, "Deletes the earlier attempt, if it is still there."));
    }
    let created: Vec<String> = subject.paths(Change::Created).map(git_path).collect();
    if !created.is_empty() {
        let shell = Shell::new("git add -N").words(created.iter().map(String::as_str));
        commands.push(command(
            shell,
            "A flake sees only files that git knows: without this, Nix says that they do not exist.",
        ));
    }
    commands
}

/// A path that git takes for nothing but a path.
fn git_path(path: &str) -> String {
    if path.starts_with(['-', ':']) { format!("./{path}") } else { path.to_owned() }
}

/// The machine's own package in `pkgs`.
pub(super) fn package(subject: &Subject, name: &str) -> String {
    let variant = subject.fleet.machines.get(name).map(|spec| spec.request.variant.name());
    match variant {
        Some(variant) if !subject.fleet.alias => format!("llama-cpp-{variant}"),
        _ => "llama-cpp".to_owned(),
    }
}

pub(super) fn cmake_flags(subject: &Subject, name: &str) -> Shell {
    let rest = format!("pkgs.{}.cmakeFlags", package(subject, name));
    match flake_attribute(name, &rest) {
        Some(attribute) => Shell::new("nix eval --json").word(&attribute),
        None => Shell::new("nix eval --json --impure --expr").word(&expression(name, &rest)),
    }
}

/// For a name that a flake reference cannot hold.
fn expression(name: &str, rest: &str) -> String {
    format!("(builtins.getFlake (toString ./.)).nixosConfigurations.{}.{rest}", Nix::string(name))
}

fn build(name: &str) -> Shell {
    if name.contains('"') {
        return build_anywhere(name);
    }
    Shell::new("nixos-rebuild build --flake").word(&format!(".#{}", fragment(name)))
}

/// Without `nixos-rebuild`, on any machine that has Nix.
fn build_anywhere(name: &str) -> Shell {
    const TOPLEVEL: &str = "config.system.build.toplevel";
    match flake_attribute(name, TOPLEVEL) {
        Some(attribute) => Shell::new("nix build").word(&attribute),
        None => Shell::new("nix build --impure --expr").word(&expression(name, TOPLEVEL)),
    }
}

fn switch(name: &str) -> Shell {
    if name.contains('"') {
        let profile = Shell::new("sudo nix-env --profile /nix/var/nix/profiles/system --set ./result");
        return build_anywhere(name).and(profile).and(Shell::new("sudo ./result/bin/switch-to-configuration switch"));
    }
    Shell::new("sudo nixos-rebuild switch --flake").word(&format!(".#{}", fragment(name)))
}

/// The commands as numbered steps, with what stands between them.
pub(super) fn section(subject: &Subject) -> Markdown {
    let commands = all(subject);
    if commands.is_empty() {
        return md!("");
    }
    let changed = !subject.files.is_empty();
    let mut parts = vec![md!("## The commands\n\nAll of them run in the repository's folder.\n")];
    for (index, command) in commands.iter().enumerate() {
        let number = index + 1;
        let indent = number.to_string().len() + 2;
        let step = md!("{}. {}\n\n{}", number, Markdown::message(&command.why), Markdown::block("sh", &command.run));
        parts.push(step.indented(indent));
        if changed && index == 0 {
            parts.push(md!(
                "Now put the files in place: write them into the folder from the page, unpack the archive over it, or \
                 `git apply` the patch.\n"
            ));
        }
    }
    let first = subject.done().next().map(|(name, _)| name);
    if let Some(name) = first {
        parts.push(md!(
            "Where there is no `nixos-rebuild`, {} builds the same, and so for the other machines. Build all before \
             you switch the first.\n",
            Markdown::code(&build_anywhere(name).to_string())
        ));
    }
    if changed {
        parts.push(going_back(subject));
    }
    Markdown::join(parts, "\n")
}

fn going_back(subject: &Subject) -> Markdown {
    let new = enumeration(subject.paths(Change::Created));
    let new = match new.is_empty() {
        true => md!(""),
        false => md!(" It takes the new files ({}) with it.", new),
    };
    md!(
        "### How to go back\n\n\
         - The running system: `sudo nixos-rebuild switch --rollback`, or choose the generation before in the boot menu.\n\
         - The files, before the last commit above: `git reset --hard`.{}\n\
         - The files, after it: `git revert --no-edit HEAD`; `flake.lock` goes back with them.\n",
        new
    )
}
