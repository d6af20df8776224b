//! What to expect of build times and caches.

use super::Subject;
use crate::escape::{Markdown, put};
use crate::product::{CpuCode, cpu_code};
use crate::request::Variant;

/// What the machine's own code is worth, measured: token by token the arithmetic decides, and in prompts a library that
/// stock builds have, too.
pub(super) fn gain(subject: &Subject, out: &mut Markdown) {
    let fleet = subject.fleet;
    if fleet.machines.is_empty() {
        return;
    }
    put!(out, "## What it gains\n\n");
    let is_x86 = |spec: &crate::product::MachineSpec| !matches!(cpu_code(spec), CpuCode::Arch(_));
    if fleet.machines.values().any(is_x86) {
        put!(
            out,
            "- Against the stock build of llama.cpp's flake, which runs plain SSE2 on x86: 3 to 15 times as fast at \
             generating on the CPU. At reading a prompt about 1.4 times, because OpenBLAS does that in the stock build.\n"
        );
    }
    put!(
        out,
        "- Against nixpkgs' `llama-cpp` since May 2026, which chooses its CPU code at start: little on the CPU alone. \
         What is left is the newest llama.cpp, at a revision of your choice"
    );
    if subject.has(Variant::Cuda) || subject.has(Variant::Rocm) {
        put!(out, ", and kernels for your own cards and no others");
    }
    put!(
        out,
        ".\n- A model that fits into a GPU's memory runs there: then the CPU's code hardly counts.\n\
         - The price: llama.cpp is compiled on your machines at every update.\n"
    );
}

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    if subject.fleet.machines.is_empty() {
        return;
    }
    put!(
        out,
        "## Build times and caches\n\n\
         - **llama.cpp itself is always compiled on your machines.** No cache holds it as its flake builds it: \
         `llama-cpp.cachix.org` is gone since August 2025, and `cache.nixos.org` has nixpkgs' package, not this one. \
         Tests and examples are left out of the build, which upstream's flake would compile too.\n"
    );
    let modes = |test: fn(&CpuCode) -> bool| subject.fleet.machines.values().any(|spec| test(&cpu_code(spec)));
    if modes(|code| *code == CpuCode::Dispatch) {
        put!(
            out,
            "- **Code for every CPU** compiles the CPU backend once for each of ggml's variants, 14 on x86: some minutes \
             more, about 15 MB more, and one result for all machines.\n"
        );
    }
    if modes(|code| *code == CpuCode::Native) {
        put!(
            out,
            "- **Native code** is built on the machine that runs it, never fetched and never shared: do not use \
             `--build-host`, `--target-host` or a remote builder for it.\n"
        );
    }
    if subject.has(Variant::Vulkan) {
        put!(
            out,
            "- **Vulkan** compiles its shaders besides: some minutes. Everything it depends on comes from \
             `cache.nixos.org`.\n"
        );
    }
    if subject.has(Variant::Cuda) {
        cuda(subject, out);
    }
    if subject.has(Variant::Rocm) {
        put!(
            out,
            "- **ROCm**: its libraries come from `cache.nixos.org` (some gigabytes); llama.cpp's kernels are compiled \
             once for each target.\n"
        );
    }
    put!(
        out,
        "- **The web interface** of `llama-server` is built with npm: the first build downloads Node's packages, and \
         Node itself comes from `cache.nixos.org` as long as your nixpkgs is a channel's revision.\n"
    );
}

fn cuda(subject: &Subject, out: &mut Markdown) {
    let several = subject
        .fleet
        .machines
        .values()
        .any(|spec| spec.request.uses(Variant::Cuda) && spec.request.cuda_capabilities.len() != 1);
    let time = if several {
        "its kernels are compiled once for each capability, which takes hours rather than minutes: name only \
         the capability of the machine's card"
    } else {
        "its kernels are compiled for one capability, which takes tens of minutes"
    };
    put!(
        out,
        "- **CUDA** takes the longest: ",
        time,
        ". It needs much memory: `--cores 8 --max-jobs 1` after the build command keeps it in bounds.",
    );
    if !subject.fleet.binary_caches {
        return put!(
            out,
            " NVIDIA's toolkit is repackaged from NVIDIA's own downloads; `cache.nixos-cuda.org` has it ready-made if \
             you trust that cache. (`cuda-maintainers.cachix.org`, which older guides name, is dead.)\n"
        );
    }
    let options = Markdown::block(
        "sh",
        "--option extra-substituters https://cache.nixos-cuda.org \\\n--option extra-trusted-public-keys \
         cache.nixos-cuda.org:74DUi4Ye579gUqzH4ziL9IyiJBlDpMRn9MBN8oNan9M=",
    );
    put!(
        out,
        " The cache `cache.nixos-cuda.org` is written into the machine's settings, and counts from the next build after \
         the switch. For the first build, as root or a trusted user, add it by hand:\n\n",
        options.indented("  "),
        "\n",
    );
}
