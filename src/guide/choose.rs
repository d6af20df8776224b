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
            places(subject, "llama.variant")
        ),
        (Style::Overlay, true) => md!(
            "The overlay is applied once, in a shared file. A machine's own file tells it what to build, in \
             `llamaCppMachine`; without that it does nothing. They stand here:\n\n{}",
            places(subject, "variant")
        ),
        (Style::Overlay, false) => md!(
            "Each machine's list of modules applies the overlay with that machine's parameters: `variant`, and what its \
             CPU and GPU are. They stand here:\n\n{}",
            places(subject, "variant")
        ),
    };
    let names = Variant::ALL.map(|variant| md!("`\"{}\"` ({})", variant.name(), title(variant)));
    let later = md!(
        "To change a machine later, write another variant there, one of {}, and rebuild. A change to or from a GPU \
         variant also changes which driver settings are needed: give Llamafleet this repository again and choose \
         anew, and it replaces what it wrote.{}",
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

fn places(subject: &Subject, what: &'static str) -> Markdown {
    let files = subject.machine_files();
    let items = subject.fleet.machines.iter().map(|(name, spec)| {
        let file = files.get(name.as_str()).copied().or((!subject.files.is_empty()).then_some("flake.nix"));
        let at = file.map(|file| md!(" in {}", Markdown::code(file))).unwrap_or_default();
        md!("- {}: `{} = \"{}\";`{}", Markdown::code(name), what, spec.request.variant.name(), at)
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
        (Delivery::SpecialArgs, _) => patterns.push(md!(
            "**Inputs through `specialArgs`.** A module in a file of its own does not see the flake's inputs. What \
             `nixosSystem` is given as `specialArgs` reaches every module as an argument, so {} is there for whoever \
             writes `{{ inputs, ... }}:`. Unlike `_module.args` it may be used for `imports`, too.",
            input
        )),
        (Delivery::Argument, Style::Module) => patterns.push(md!(
            "**The flake as an argument.** Your modules do not all get `inputs` through `specialArgs`, so the module is \
             a function of the llama.cpp flake: `(import ./… {})` in a list of modules. It works wherever the flake's \
             inputs are in sight, and changes nothing for your other modules.",
            input
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
