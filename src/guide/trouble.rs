//! Troubleshooting, by symptom: only what can happen to this fleet.

use super::Subject;
use crate::escape::{Markdown, Nix, Safe, md, put};
use crate::product::{CpuCode, cpu_code, is_jetson};
use crate::report::{Change, How};
use crate::request::{Install, Style, Variant};

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    if subject.fleet.machines.is_empty() {
        return;
    }
    put!(out, "## When something goes wrong\n\n");
    evaluation(subject, out);
    building(subject, out);
    running(subject, out);
}

/// Whether a machine's CUDA runs on a card: a Jetson's driver is not NixOS's.
fn has_card(subject: &Subject) -> bool {
    let specs = subject.fleet.machines.values();
    specs.filter(|spec| spec.kind.is_nixos() && spec.request.uses(Variant::Cuda)).any(|spec| !is_jetson(spec))
}

/// One symptom, and what to do about it.
fn item(out: &mut Markdown, symptom: impl Safe, answer: impl Safe) {
    put!(out, "- **", symptom, "** ", answer, "\n");
}

fn evaluation(subject: &Subject, out: &mut Markdown) {
    let fleet = subject.fleet;
    let input = Markdown::code(&fleet.input);
    if subject.paths(Change::Created).next().is_some() {
        item(
            out,
            "`path '/nix/store/…-source/…' does not exist`, or `is not tracked by Git`.",
            "A new file is not known to git: run the `git add -N` above again.",
        );
    }
    item(
        out,
        md!(
            Markdown::code(&format!("attribute '{}' missing", fleet.input)),
            " or ",
            Markdown::code(&format!("cannot find flake 'flake:{}' in the flake registries", fleet.input)),
            ".",
        ),
        md!(
            "The input ",
            input,
            " is not in `flake.nix`, or `outputs` does not hand it on: was every file put in place?",
        ),
    );
    if fleet.style == Style::Module {
        item(
            out,
            "`The option 'llama' does not exist`.",
            md!("That machine's list of modules lacks ", Markdown::code(&fleet.module_path), "."),
        );
    }
    if subject.machines.iter().any(|machine| machine.how == How::ExtendModules) {
        item(
            out,
            "A machine is missing from `nixosConfigurations`.",
            "The generated file extends machines by name: was one renamed? Give Llamafleet the repository again.",
        );
    }
    if fleet.machines.values().any(|spec| spec.foreign_pkgs) {
        item(
            out,
            "`Your system configures nixpkgs with an externally created instance`.",
            "That machine is given a finished `pkgs`: overlays and `nixpkgs.config` belong where that `pkgs` is made.",
        );
    }
    if fleet.machines.values().any(|spec| spec.kind.is_nixos() && spec.request.server.is_some()) {
        item(
            out,
            "`services.llama-cpp.extraFlags` or `modelsPreset` `can no longer be used`.",
            "nixpkgs has `services.llama-cpp.settings` instead since June 2026: name the flags there, without their dashes.",
        );
    }
    if has_card(subject) {
        item(
            out,
            "`has an unfree license (‘unfree’), refusing to evaluate` for `nvidia-x11`.",
            "The driver is unfree: the machine needs `nixpkgs.config.allowUnfree = true;`.",
        );
        item(
            out,
            "`You must configure 'hardware.nvidia.open'`.",
            "`true` for Turing (GTX 16, RTX 20) and newer, `false` for older cards.",
        );
    }
}

fn building(subject: &Subject, out: &mut Markdown) {
    item(
        out,
        "The web interface fails to build, or asks for the network.",
        "Revisions of llama.cpp from the end of May 2026 could not build it offline, and it needs nixpkgs 24.11 or \
         newer: update the input, or nixpkgs.",
    );
    if subject.has(Variant::Vulkan) {
        item(
            out,
            "Vulkan: `spirv-headers` or `SPIRV-Headers` not found.",
            "llama.cpp's package knows that dependency since April 2026: update the input.",
        );
    }
    if subject.has(Variant::Cuda) {
        item(
            out,
            "The build is killed, or the machine stops answering.",
            "CUDA's compiler needs much memory for each job: `--cores 8 --max-jobs 1`, and no more capabilities than cards.",
        );
    }
    if subject.has(Variant::Rocm) {
        item(
            out,
            "`At least ROCM/HIP V6.1 is required`, or ROCm's libraries begin to compile.",
            "It needs nixpkgs 25.05 or newer, at a revision of a channel: those are in `cache.nixos.org`.",
        );
    }
    let installs = subject.fleet.machines.values().any(|spec| spec.request.install != Install::None);
    if installs {
        item(
            out,
            "`collision between … llama-cpp …/bin/llama-server`.",
            "A second llama.cpp is in the same list of packages, perhaps through a module of yours: take it out.",
        );
    }
}

fn running(subject: &Subject, out: &mut Markdown) {
    item(
        out,
        "It is slow, and `system_info` has less than what is said above.",
        "That may be the stock build, on x86 plain SSE2: 3 to 15 times slower at generating. `readlink -f $(command -v llama-server)` \
         shows which package runs; an older one may stand before it in the `PATH`.",
    );
    let explicit = |spec: &crate::product::MachineSpec| {
        matches!(cpu_code(spec), CpuCode::Features(_) | CpuCode::Arch(_) | CpuCode::Native)
    };
    if subject.fleet.machines.values().any(explicit) {
        item(
            out,
            "`Illegal instruction` at start.",
            "The code asks for more than the CPU has: it was chosen for another CPU, a virtual machine or the BIOS \
             hides features, or a native build came from another machine. Compare with `lscpu`; without explicit \
             features (dispatch) it runs everywhere.",
        );
    }
    if has_card(subject) {
        item(
            out,
            "CUDA: no device is listed.",
            "Does `nvidia-smi` work? After the first switch to the driver the machine has to be restarted.",
        );
    }
    if subject.has(Variant::Cuda) {
        item(
            out,
            "CUDA: `no kernel image is available for execution on the device`.",
            "It was compiled for other capabilities than the card's: `nvidia-smi --query-gpu=name,compute_cap --format=csv` names them.",
        );
    }
    if subject.has(Variant::Vulkan) {
        item(
            out,
            "Vulkan: no device is listed, or only `llvmpipe`.",
            "`hardware.graphics.enable` links the driver to `/run/opengl-driver`; `nix shell nixpkgs#vulkan-tools --command vulkaninfo --summary` shows what is there.",
        );
    }
    if subject.has(Variant::Rocm) {
        item(
            out,
            "ROCm: no device is listed.",
            "The user may have to be in the groups `render` and `video`, and the card's target among those compiled for: `nix shell nixpkgs#rocmPackages.rocminfo --command rocminfo` names it.",
        );
    }
    if let Some((name, server)) = subject
        .fleet
        .machines
        .iter()
        .filter(|(name, _)| name.kind.is_nixos())
        .find_map(|(name, spec)| Some((name, spec.request.server.as_ref()?)))
    {
        let model = server.model.as_deref().map(|model| md!(", here ", Markdown::code(Nix::string(model).as_str())));
        item(
            out,
            md!("The service on ", Markdown::code(name.as_str()), " does not find its model."),
            md!(
                "It runs as a user of its own and cannot see `/home`: keep models in `/var/lib` or `/srv`",
                model,
                ". `journalctl -u llama-cpp` says what it tried.",
            ),
        );
    }
}
