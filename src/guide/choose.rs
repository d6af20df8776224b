//! How a machine's variant is chosen and changed, and the patterns of Nix behind it.

use super::{Subject, first_of, title};
use crate::escape::{Markdown, Nix, Shell, flake_attribute, md};
use crate::hardware::cpu;
use crate::nix::{CpuCode, Delivery, MachineSpec, cpu_code};
use crate::request::{Cpu, Style, Variant};

/// What a machine's CPU code is, as the end of a sentence.
pub(super) fn cpu_in_words(spec: &MachineSpec) -> Markdown {
    let row = match &spec.request.cpu {
        Cpu::March { march } => cpu::by_march(march).map(|row| row.name),
        _ => None,
    };
    match (cpu_code(spec), row) {
        (CpuCode::Dispatch, _) => md!("with code for every CPU in one package, the best chosen at start"),
        (CpuCode::Features(features), _) if features.is_empty() => md!("for any x86-64 CPU (plain SSE2, slow)"),
        (CpuCode::Features(features), Some(name)) => {
            md!("for {} ({})", name, Markdown::join(features.into_iter().map(Markdown::words), " "))
        }
        (CpuCode::Features(features), None) => {
            md!("for a CPU with {}", Markdown::join(features.into_iter().map(Markdown::words), " "))
        }
        (CpuCode::Arch(arch), _) => md!("for {}", Markdown::code(&arch)),
        (CpuCode::Native, _) => md!("for the CPU of whatever machine builds it"),
    }
}

pub(super) fn section(subject: &Subject) -> Markdown {
    let fleet = subject.fleet;
    if fleet.machines.is_empty() {
        return md!("");
    }
    let how = match (fleet.style, fleet.shared) {
        (Style::Module, _) => md!(
            "Each machine says what it wants in options `llama.*`, and the module does the rest. They stand here:\n\n{}",
            variants(subject, "llama.variant")
        ),
        (Style::Overlay, _) if !fleet.alias => md!(
            "The overlay adds all four packages, with the machine's CPU code; a machine chooses by the name:\n\n{}",
            packages(subject)
        ),
        (Style::Overlay, true) => md!(
            "The overlay is applied once, in a shared file. A machine's own file tells it what to build, in \
             `llamaCppMachine`; without that it does nothing. They stand here:\n\n{}",
            variants(subject, "variant")
        ),
        (Style::Overlay, false) => md!(
            "Each machine's list of modules applies the overlay with that machine's parameters: `variant`, and what its \
             CPU and GPU are. They stand here:\n\n{}",
            variants(subject, "variant")
        ),
    };
    let named = match fleet.style {
        Style::Overlay => ", also in the package's name (`pkgs.llama-cpp-…`) in the machine's own file,",
        Style::Module => ",",
    };
    let names = Variant::ALL.map(|variant| md!("`{}` ({})", variant.name(), title(variant)));
    let later = md!(
        "To change a machine later, write another variant there{} and rebuild: {}. A change to or from a GPU variant \
         also changes which driver settings are needed: give Llamafleet this repository again and choose anew, and it \
         replaces what it wrote.{}",
        named,
        Markdown::join(names, ", "),
        trial(subject)
    );
    md!("## How a variant is chosen, and changed later\n\n{}\n\n{}\n\n{}\n", how, later, updates(subject))
}

/// How to try another variant without a change.
fn trial(subject: &Subject) -> Markdown {
    let Some((name, spec)) = subject.done().next() else { return md!("") };
    let other = if spec.request.variant == Variant::Cpu { "pkgs.llama-cpp-vulkan" } else { "pkgs.llama-cpp-cpu" };
    let Some(attribute) = flake_attribute(name, other) else { return md!("") };
    md!(
        " All four packages are always there; {} tries another one out without any change.",
        Markdown::code(&Shell::new("nix shell").word(&attribute).to_string())
    )
}

/// Where each machine's variant stands.
fn variants(subject: &Subject, what: &'static str) -> Markdown {
    places(subject, "variant = \"", |variant| md!("`{} = \"{}\";`", what, variant))
}

/// Where each machine's package stands.
fn packages(subject: &Subject) -> Markdown {
    places(subject, "pkgs.llama-cpp-", |variant| md!("`pkgs.llama-cpp-{}`", variant))
}

fn places(subject: &Subject, written: &str, shown: impl Fn(&'static str) -> Markdown) -> Markdown {
    let files = subject.machine_files(written);
    let in_flake = subject
        .files
        .iter()
        .any(|file| file.path == "flake.nix" && file.hunks.iter().any(|hunk| hunk.insert.contains(written)));
    let items = subject.fleet.machines.iter().map(|(name, spec)| {
        let file = files.get(name.as_str()).copied().or(in_flake.then_some("flake.nix"));
        let at = file.map(|file| md!(" in {}", Markdown::code(file))).unwrap_or_default();
        md!("- {}: {}{}", Markdown::code(name), shown(spec.request.variant.name()), at)
    });
    first_of(items, "\n", "machines")
}

fn updates(subject: &Subject) -> Markdown {
    let url = &subject.request.options.input.url;
    let update = Shell::new("nix flake update").word(&subject.fleet.input).to_string();
    if is_pinned(url) {
        return md!(
            "llama.cpp stays at the revision that the input's URL names, {}. For a newer one, change the URL and run \
             `nix flake lock`.",
            Markdown::code(url)
        );
    }
    md!(
        "llama.cpp stays at the revision in `flake.lock`. {} takes the newest (before Nix 2.19: {}); its master branch \
         moves about ten commits a day, so a tag in the input's URL, such as {}, gives quieter updates.",
        Markdown::code(&update),
        Markdown::code(&Shell::new("nix flake lock --update-input").word(&subject.fleet.input).to_string()),
        Markdown::code("github:ggml-org/llama.cpp/b10488"),
    )
}

/// Whether a flake reference names a tag, a branch or a revision.
fn is_pinned(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    url.contains("?rev=")
        || url.contains("&rev=")
        || url.contains("ref=")
        || path.matches('/').count() > 1 && path.starts_with("github:")
}

/// The four patterns that the result rests on, where it does.
pub(super) fn patterns(subject: &Subject) -> Markdown {
    let fleet = subject.fleet;
    if fleet.machines.is_empty() {
        return md!("");
    }
    let input = Markdown::code(&format!("inputs.{}", Nix::attr(&fleet.input)));
    let mut patterns = Vec::new();
    match (fleet.delivery, fleet.style) {
        // the overlay is applied in flake.nix itself, where the inputs are in sight
        (_, Style::Overlay) if !fleet.shared => {}
        (Delivery::SpecialArgs, _) => patterns.push(md!(
            "**Inputs through `specialArgs`.** A module in a file of its own does not see the flake's inputs. What \
             `nixosSystem` is given as `specialArgs` reaches every module as an argument, so {} is there for whoever \
             writes `{{ inputs, ... }}:`. Unlike `_module.args` it may be used for `imports`, too.",
            input
        )),
        (Delivery::Argument, Style::Module) => patterns.push(md!(
            "**The flake as an argument.** Your modules do not all get `inputs` through `specialArgs`, so the module is \
             a function of the llama.cpp flake: {} in a list of modules. It works wherever the flake's inputs are in \
             sight, and changes nothing for your other modules.",
            Markdown::code(&format!("(import ./… inputs.{})", Nix::attr(&fleet.input)))
        )),
        (Delivery::Argument, Style::Overlay) => {}
    }
    patterns.push(md!(
        "**`callPackage`.** Upstream's `overlays.default` builds llama.cpp with `callPackage`: it looks up the arguments \
         of `package.nix` by name in `pkgs`. That is why the build uses your own nixpkgs, its compiler and its \
         libraries, and why those arguments can be changed afterwards."
    ));
    patterns.push(md!(
        "**`override` and `overrideAttrs`.** `.override` changes the arguments of `package.nix`: `useVulkan`, `useCuda`, \
         `useRocm`. There is none for CPU code, so the CMake flags are appended to the finished derivation with \
         `.overrideAttrs`; of two flags with one name CMake takes the last. All three `use…` arguments are written out, \
         because `cudaSupport` or `rocmSupport` in a machine's `nixpkgs.config` would decide otherwise."
    ));
    if subject.has(Variant::Cuda) {
        patterns.push(md!(
            "**A separate nixpkgs for CUDA.** CUDA's packages are unfree and depend on `cudaSupport`. The overlay imports \
             the machine's own nixpkgs a second time, with those two set and with this machine's capabilities: what \
             else the machine installs is not rebuilt, and the licence is accepted for llama.cpp's libraries alone. \
             Upstream's ready-made `packages.cuda` is such an instance too, but its capabilities cannot be chosen, and \
             it does not evaluate on nixpkgs since autumn 2025."
        ));
    }
    let items = patterns.into_iter().map(|pattern| md!("- {}", pattern));
    md!("## The patterns behind it\n\n{}\n", Markdown::join(items, "\n"))
}
