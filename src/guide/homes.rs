//! Homes on a Linux that is no NixOS: where llama.cpp finds the GPU's driver there.

use super::{Subject, enumeration};
use crate::escape::{Markdown, put};
use crate::kind::MachineKind;
use crate::request::Variant;

/// The paragraph about drivers, where a home needs one.
pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    let needs_driver = |variant| matches!(variant, Variant::Cuda | Variant::Vulkan);
    let homes =
        subject.fleet.machines.iter().filter(|(name, spec)| {
            name.kind == MachineKind::Home && !spec.is_mac() && needs_driver(spec.request.variant)
        });
    let names: Vec<&str> = homes.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() {
        return;
    }
    put!(
        out,
        "## The GPU's driver, for homes on another Linux than NixOS\n\n\
         llama.cpp of nixpkgs takes the driver's libraries from `/run/opengl-driver`. NixOS puts them there \
         (`hardware.graphics.enable`); on Ubuntu, Fedora, Arch and the like nothing does, so ",
        enumeration(names),
        " would find no device. There are two ways:\n\n\
         - **With root, once for each driver** (Home Manager 25.11 or newer): in the home, \
         `targets.genericLinux.enable = true;`. It turns `targets.genericLinux.gpu` on, and `home-manager switch` then \
         prints one command, `sudo /nix/store/…/bin/non-nixos-gpu-setup`, which links the libraries to \
         `/run/opengl-driver`.",
    );
    if subject.has(Variant::Cuda) {
        put!(
            out,
            " For NVIDIA's driver it has to be told the host's own version, which `nvidia-smi` shows:\n\n",
            Markdown::block(
                "nix",
                "targets.genericLinux.gpu.nvidia = {\n  enable = true;\n  version = \"…\"; # exactly the host's\n  \
                 sha256 = \"…\"; # nix store prefetch-file https://download.nvidia.com/XFree86/Linux-x86_64/VERSION/NVIDIA-Linux-x86_64-VERSION.run\n};"
            )
            .indented("  "),
            "\n  After an update of the host's driver, change both.",
        );
    }
    put!(
        out,
        "\n- **Without root**: [nixGL](https://github.com/nix-community/nixGL) starts a program with the host's driver. Give \
         its packages to `targets.genericLinux.nixGL.packages`, and install `config.lib.nixGL.wrap config.llama.package` \
         in place of the package itself (with `llama.install = false;`)",
    );
    if subject.has(Variant::Vulkan) {
        put!(out, "; for Vulkan also `targets.genericLinux.nixGL.vulkan.enable = true;`");
    }
    put!(out, ". Its wrappers for NVIDIA need `home-manager switch --impure`.\n");
}
