//! What to expect of build times and caches.

use super::Subject;
use crate::escape::{Markdown, md};
use crate::nix::{CpuCode, cpu_code};
use crate::request::Variant;

pub(super) fn section(subject: &Subject) -> Markdown {
    if subject.fleet.machines.is_empty() {
        return md!("");
    }
    let mut items = vec![md!(
        "**llama.cpp itself is always compiled on your machines.** No cache holds it as its flake builds it: \
         `llama-cpp.cachix.org` is gone since August 2025, and `cache.nixos.org` has nixpkgs' package, not this one. \
         Tests and examples are left out of the build, which upstream's flake would compile too."
    )];
    let modes = |test: fn(&CpuCode) -> bool| subject.fleet.machines.values().any(|spec| test(&cpu_code(spec)));
    if modes(|code| *code == CpuCode::Dispatch) {
        items.push(md!(
            "**Code for every CPU** compiles the CPU backend once for each of ggml's variants, 14 on x86: some minutes \
             more, about 15 MB more, and one result for all machines."
        ));
    }
    if modes(|code| *code == CpuCode::Native) {
        items.push(md!(
            "**Native code** is built on the machine that runs it, never fetched and never shared: do not use \
             `--build-host`, `--target-host` or a remote builder for it."
        ));
    }
    if subject.has(Variant::Vulkan) {
        items.push(md!(
            "**Vulkan** compiles its shaders besides: some minutes. Everything it depends on comes from `cache.nixos.org`."
        ));
    }
    if subject.has(Variant::Cuda) {
        items.push(cuda(subject));
    }
    if subject.has(Variant::Rocm) {
        items.push(md!(
            "**ROCm**: its libraries come from `cache.nixos.org` (some gigabytes); llama.cpp's kernels are compiled once \
             for each target."
        ));
    }
    items.push(md!(
        "**The web interface** of `llama-server` is built with npm: the first build downloads Node's packages, and \
         Node itself comes from `cache.nixos.org` as long as your nixpkgs is a channel's revision."
    ));
    let items = items.into_iter().map(|item| md!("- {}", item));
    md!("## Build times and caches\n\n{}\n", Markdown::join(items, "\n"))
}

fn cuda(subject: &Subject) -> Markdown {
    let several = subject
        .fleet
        .machines
        .values()
        .any(|spec| spec.request.variant == Variant::Cuda && spec.request.cuda_capabilities.len() != 1);
    let time = if several {
        "its kernels are compiled once for each capability, which takes hours rather than minutes: name only \
         the capability of the machine's card"
    } else {
        "its kernels are compiled for one capability, which takes tens of minutes"
    };
    let caches = if subject.fleet.binary_caches {
        md!(
            " The cache `cache.nixos-cuda.org` is written into the machine's settings, and counts from the next build \
             after the switch. For the first build, as root or a trusted user, add it by hand:\n\n{}",
            Markdown::block(
                "sh",
                "--option extra-substituters https://cache.nixos-cuda.org \\\n--option extra-trusted-public-keys \
                 cache.nixos-cuda.org:74DUi4Ye579gUqzH4ziL9IyiJBlDpMRn9MBN8oNan9M="
            )
        )
    } else {
        md!(" NVIDIA's toolkit is repackaged from NVIDIA's own downloads; `cache.nixos-cuda.org` has it ready-made if \
             you trust that cache. (`cuda-maintainers.cachix.org`, which older guides name, is dead.)")
    };
    md!(
        "**CUDA** takes the longest: {}. It needs much memory: \
         `--cores 8 --max-jobs 1` after the build command keeps it in bounds.{}",
        time,
        caches.indented(2)
    )
}
