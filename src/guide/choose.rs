//! How a machine's variant is chosen and changed, and the patterns of Nix behind it.

use super::{Subject, first_of, title};
use crate::escape::{Markdown, Nix, Shell, flake_attribute, put};
use crate::hardware::cpu;
use crate::kind::MachineKind;
use crate::product::{CpuCode, Delivery, MachineSpec, cpu_code};
use crate::request::{Cpu, Style, Variant};

/// What a machine's CPU code is, as the end of a sentence.
pub(super) fn cpu_in_words(spec: &MachineSpec, out: &mut Markdown) {
    let row = match &spec.request.cpu {
        Cpu::March { march } => cpu::by_march(march).map(|row| row.name),
        _ => None,
    };
    let words = |features| Markdown::join(features, " ");
    match (cpu_code(spec), row) {
        (CpuCode::Dispatch, _) => put!(out, "with code for every CPU in one package, the best chosen at start"),
        (CpuCode::Features(features), _) if features.is_empty() => put!(out, "for any x86-64 CPU (plain SSE2, slow)"),
        (CpuCode::Features(features), Some(name)) => put!(out, "for ", name, " (", words(features), ")"),
        (CpuCode::Features(features), None) => put!(out, "for a CPU with ", words(features)),
        (CpuCode::Arch(arch), _) => put!(out, "for ", Markdown::code(&arch)),
        (CpuCode::Native, _) => put!(out, "for the CPU of whatever machine builds it"),
    }
}

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    let fleet = subject.fleet;
    if fleet.machines.is_empty() {
        return;
    }
    put!(out, "## How a variant is chosen, and changed later\n\n");
    match fleet.style {
        Style::Module => put!(
            out,
            "Each machine says what it wants in options `llama.*` of its own file, and the module does the rest:\n"
        ),
        Style::Overlay if !fleet.alias => put!(
            out,
            "The overlay adds all four packages, with the machine's CPU code; a machine chooses by the name:\n"
        ),
        Style::Overlay => put!(
            out,
            "Each machine's own file applies the overlay with that machine's parameters: `variant`, and what its CPU and \
             GPU are:\n"
        ),
    }
    first_of(out, fleet.machines.iter(), "\n", "machines", |out, (machine, spec)| {
        let variant = spec.request.variant.name();
        let others = spec.request.backends().into_iter().filter(|backend| *backend != spec.request.variant);
        let others: Vec<String> = others.map(|backend| format!("\"{}\"", backend.name())).collect();
        let also = |option: &str| match others.as_slice() {
            [] => String::new(),
            others => format!(" {option} = [ {} ];", others.join(" ")),
        };
        let chosen = match fleet.style {
            Style::Module => format!("llama.variant = \"{variant}\";{}", also("llama.also")),
            Style::Overlay if fleet.alias => format!("variant = \"{variant}\";{}", also("also")),
            Style::Overlay => format!("pkgs.{}", spec.request.package_name()),
        };
        put!(
            out,
            "- ",
            Markdown::code(machine.as_str()),
            ": ",
            Markdown::code(&chosen),
            " in ",
            Markdown::code(&spec.file)
        );
    });
    let named = match fleet.style {
        Style::Overlay if fleet.alias => ", also in the package's name (`pkgs.llama-cpp-…`) in the same file,",
        _ => ",",
    };
    put!(out, "\n\nTo change a machine later, write another variant there", named, " and rebuild: ");
    for (index, variant) in Variant::ALL.into_iter().enumerate() {
        put!(out, if index > 0 { ", " } else { "" }, "`", variant.name(), "` (", title(variant), ")");
    }
    put!(
        out,
        ". A change to or from a GPU variant also changes which driver settings are needed: give Llamafleet this \
         repository again and choose anew, and it replaces what it wrote."
    );
    trial(subject, out);
    put!(out, "\n\n");
    updates(subject, out);
    put!(out, "\n");
}

/// How to try another variant without a change.
fn trial(subject: &Subject, out: &mut Markdown) {
    let Some((name, spec)) = subject.done().next() else { return };
    let other = if spec.request.variant == Variant::Cpu { "pkgs.llama-cpp-vulkan" } else { "pkgs.llama-cpp-cpu" };
    let Some(attribute) = flake_attribute(name, other) else { return };
    put!(
        out,
        " All packages are always there; ",
        Markdown::code(Shell::new("nix shell").word(&attribute).as_str()),
        " tries another one out without any change.",
    );
}

fn updates(subject: &Subject, out: &mut Markdown) {
    let url = &subject.request.options.input.url;
    if is_pinned(url) {
        return put!(
            out,
            "llama.cpp stays at the revision that the input's URL names, ",
            Markdown::code(url),
            ". For a newer one, change the URL and run `nix flake lock`.",
        );
    }
    let input = &subject.fleet.input;
    put!(
        out,
        "llama.cpp stays at the revision in `flake.lock`. ",
        Markdown::code(Shell::new("nix flake update").word(input).as_str()),
        " takes the newest that the input's URL allows; its master branch moves about ten commits a day, so a tag in the \
         URL, such as `github:ggml-org/llama.cpp/v0.5.0`, gives quieter updates.",
    );
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
pub(super) fn patterns(subject: &Subject, out: &mut Markdown) {
    let fleet = subject.fleet;
    if fleet.machines.is_empty() {
        return;
    }
    put!(out, "## The patterns behind it\n\n");
    if fleet.machines.values().any(|spec| spec.delivery == Delivery::SpecialArgs) {
        put!(
            out,
            "- **Inputs through `specialArgs`.** A module in a file of its own does not see the flake's inputs. What ",
            match (subject.has_kind(MachineKind::NixOs), subject.has_kind(MachineKind::Home)) {
                (false, true) => "`homeManagerConfiguration` is given as `extraSpecialArgs`",
                (false, false) => "`darwinSystem` is given as `specialArgs`",
                (true, _) => "`nixosSystem` is given as `specialArgs`",
            },
            " reaches every module as an argument, so ",
            Markdown::code(&format!("inputs.{}", Nix::attr(&fleet.input))),
            " is there for whoever writes `{ inputs, ... }:`. Unlike `_module.args` it may be used for `imports`, too.\n",
        );
    }
    if fleet.machines.values().any(|spec| spec.delivery == Delivery::Argument) {
        put!(
            out,
            "- **The flake as an argument.** Where modules do not get `inputs` through `specialArgs`, a machine's file is \
             a function of the llama.cpp flake: ",
            Markdown::code(&format!("(import ./… inputs.{})", Nix::attr(&fleet.input))),
            " in a list of modules. It works wherever the flake's inputs are in sight, and changes nothing for your other \
             modules.\n",
        );
    }
    put!(
        out,
        "- **`callPackage`.** Upstream's `overlays.default` builds llama.cpp with `callPackage`: it looks up the \
         arguments of `package.nix` by name in `pkgs`. That is why the build uses your own nixpkgs, its compiler and its \
         libraries, and why those arguments can be changed afterwards.\n\
         - **`override` and `overrideAttrs`.** `.override` changes the arguments of `package.nix`: `useVulkan`, \
         `useCuda`, `useRocm`. There is none for CPU code, so the CMake flags are appended to the finished derivation \
         with `.overrideAttrs`; of two flags with one name CMake takes the last. All three `use…` arguments are written \
         out, because `cudaSupport` or `rocmSupport` in a machine's `nixpkgs.config` would decide otherwise.\n"
    );
    if subject.has(Variant::Cuda) {
        put!(
            out,
            "- **A separate nixpkgs for CUDA.** CUDA's packages are unfree and depend on `cudaSupport`. The overlay \
             imports the machine's own nixpkgs a second time, with its overlays, those two set and this machine's \
             capabilities: what else the machine installs is not rebuilt, and the licence is accepted for llama.cpp's libraries alone. \
             Upstream's ready-made `packages.cuda` is such an instance too, but its capabilities cannot be chosen, and \
             it does not evaluate on nixpkgs since autumn 2025.\n"
        );
    }
}
