//! The overlay: a function of one machine's parameters that gives the five package names.

use super::needs::{CpuCode, Given, Needs, capabilities, cpu_code, rocm_targets};
use super::text::{binding, formals, indent, list, set};
use super::{Fleet, MachineSpec, header};
use crate::escape::Nix;
use crate::hardware::Feature;
use crate::request::Style;

/// The attribute by which a machine hands its parameters to an overlay that is applied once for all.
pub(crate) const MACHINE: &str = "llamaCppMachine";

/// Whether the overlay is applied once for all machines, and so learns from the package set which one it is on.
fn reads_machine(fleet: &Fleet) -> bool {
    fleet.shared && fleet.style == Style::Overlay
}

/// A parameter of the overlay.
struct Parameter {
    name: &'static str,
    given: Given,
    /// Its value where a machine does not give it.
    default: &'static str,
}

fn parameters(fleet: &Fleet, needs: &Needs) -> Vec<Parameter> {
    let parameter = |name, given, default| Parameter { name, given, default };
    let variant = if fleet.alias { Given::Always } else { Given::Never };
    let mut all = vec![
        parameter("variant", variant, ""),
        parameter("cpuFeatures", needs.features, "null"),
        parameter("cpuArch", needs.arch, "null"),
        parameter("nativeFor", needs.native, "null"),
        parameter("cudaCapabilities", needs.capabilities, "[ ]"),
        parameter("rocmTargets", needs.rocm_targets, "[ ]"),
    ];
    all.retain(|parameter| parameter.given.ever());
    all
}

/// The overlay file: `{ llama-cpp, variant, … }: final: prev: { … }`, with the parameters that this fleet uses.
pub(crate) fn overlay_file(fleet: &Fleet) -> String {
    let needs = Needs::of(fleet);
    let parameters = parameters(fleet, &needs);
    let mut text = header(fleet, "An overlay: llama.cpp from its own flake, built for one machine.");
    text.push_str(&signature(fleet, &parameters));
    text.push_str("\nfinal: prev:\nlet\n");
    let mut bindings = vec!["inherit (prev) lib;".to_owned()];
    bindings.extend(machine_parameters(fleet, &parameters));
    bindings.extend(x86_features(&needs));
    bindings.push(cpu_flags(fleet, &needs));
    bindings.push(cuda_instance(&needs));
    bindings.push(cuda_packages(&needs));
    bindings.push(build(fleet, &needs));
    text.push_str(&indent(&bindings.join("\n\n"), 2));
    text.push_str("\nin\n");
    text.push_str(&names(fleet));
    text.push('\n');
    text
}

fn signature(fleet: &Fleet, parameters: &[Parameter]) -> String {
    let mut names = vec!["llama-cpp".to_owned()];
    if !reads_machine(fleet) {
        names.extend(parameters.iter().map(|parameter| match parameter.given {
            Given::Always => parameter.name.to_owned(),
            _ => format!("{} ? {}", parameter.name, parameter.default),
        }));
    }
    formals(&names, false)
}

/// In a shared place: the parameters from the attribute that the machine's own file sets.
fn machine_parameters(fleet: &Fleet, parameters: &[Parameter]) -> Option<String> {
    if !reads_machine(fleet) || parameters.is_empty() {
        return None;
    }
    let names: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    let defaults: Vec<String> = parameters
        .iter()
        .filter(|parameter| parameter.given == Given::Sometimes)
        .map(|parameter| format!("{} = {};", parameter.name, parameter.default))
        .collect();
    let (source, machine) = match defaults.is_empty() {
        true => (format!("prev.{MACHINE}"), String::new()),
        false => ("machine".to_owned(), format!("machine = {}\n// prev.{MACHINE};\n", set(&defaults))),
    };
    // nixfmt breaks a fourth name off
    let inherit = match names.len() > 3 {
        true => format!("inherit ({source})\n  {}\n  ;", names.join("\n  ")),
        false => format!("inherit ({source}) {};", names.join(" ")),
    };
    Some(format!("# Set by the machine's own file.\n{machine}{inherit}"))
}

fn x86_features(needs: &Needs) -> Option<String> {
    if !needs.features.ever() {
        return None;
    }
    let all: Vec<String> = Feature::ALL.iter().map(|feature| Nix::string(feature.name()).to_string()).collect();
    Some(format!(
        "# ggml's x86 switches. None implies another, so all are written, ON or OFF.\n{}",
        binding("x86Features", &list(&all), 2)
    ))
}

/// The CMake flags for the CPU: one branch for each mode that some machine uses.
fn cpu_flags(fleet: &Fleet, needs: &Needs) -> String {
    let mut branches = Vec::new();
    if needs.native.ever() {
        branches.push(("nativeFor != null", NATIVE_FLAGS.to_owned()));
    }
    if needs.features.ever() {
        branches.push(("cpuFeatures != null", feature_flags(fleet)));
    }
    if needs.arch.ever() {
        branches.push(("cpuArch != null", ARCH_FLAGS.to_owned()));
    }
    if needs.dispatch {
        branches.push(("", DISPATCH_FLAGS.to_owned()));
    }
    let value = match branches.as_slice() {
        [(_, only)] => only.clone(),
        branches => chain(branches),
    };
    format!(
        "# They reach ggml's CPU backend only, nothing that runs during the build: any machine can build for any other.\n{}",
        binding("cpuFlags", &value, 2)
    )
    .replace(
        "# They reach",
        if needs.native.ever() { "# Without native they reach" } else { "# They reach" },
    )
}

/// `if … then … else if … then … else …`; the last branch needs no condition.
fn chain(branches: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (index, (condition, value)) in branches.iter().enumerate() {
        if index + 1 < branches.len() {
            text.push_str(&format!("if {condition} then\n{}\nelse ", indent(value, 2)));
        } else {
            text.truncate(text.trim_end().len());
            text.push_str(&format!("\n{}", indent(value, 2)));
        }
    }
    text
}

const NATIVE_FLAGS: &str = r#"[ (lib.cmakeBool "GGML_NATIVE" true) ]"#;

const ARCH_FLAGS: &str = r#"[
  (lib.cmakeBool "GGML_NATIVE" false)
  (lib.cmakeFeature "GGML_CPU_ARM_ARCH" cpuArch)
]"#;

const DISPATCH_FLAGS: &str = r#"# code for every CPU in one package, the best chosen at start
[
  (lib.cmakeBool "GGML_NATIVE" false)
  (lib.cmakeBool "GGML_BACKEND_DL" true)
  (lib.cmakeBool "GGML_CPU_ALL_VARIANTS" true)
  # in $out/bin, where they go by default, only programs of that folder find them
  (lib.cmakeFeature "GGML_BACKEND_DIR" "${placeholder "out"}/lib/ggml")
]"#;

fn feature_flags(fleet: &Fleet) -> String {
    let flags = r#"[ (lib.cmakeBool "GGML_NATIVE" false) ]
++ map (feature: lib.cmakeBool "GGML_${feature}" (lib.elem feature cpuFeatures)) x86Features"#;
    match fleet.style {
        // the option's type has checked the names
        Style::Module => flags.to_owned(),
        Style::Overlay => format!("assert lib.subtractLists x86Features cpuFeatures == [ ];\n{flags}"),
    }
}

/// nixpkgs once more, with CUDA: the machine's own instance calls CUDA packages broken or unfree.
fn cuda_instance(needs: &Needs) -> String {
    let config = match needs.capabilities {
        Given::Never => "config = {\n  allowUnfree = true;\n  cudaSupport = true;\n};",
        Given::Always => "config = {\n  allowUnfree = true;\n  cudaSupport = true;\n  inherit cudaCapabilities;\n};",
        Given::Sometimes => {
            "config = {\n  allowUnfree = true;\n  cudaSupport = true;\n}\n// lib.optionalAttrs (cudaCapabilities != [ ]) { inherit cudaCapabilities; };"
        }
    };
    format!(
        "# CUDA needs a nixpkgs that is configured for it. This one also accepts CUDA's licence, so that the\n# machine's own need not.\ncudaPkgs = import final.path {{\n  inherit (final.stdenv.hostPlatform) system;\n  overlays = [ llama-cpp.overlays.default ];\n{}\n}};",
        indent(config, 2)
    )
}

fn cuda_packages(needs: &Needs) -> String {
    let old = "lib.any (capability: lib.versionOlder capability \"7.5\") cudaCapabilities";
    let mut branches = Vec::new();
    if needs.old_cards {
        branches.push((old, "# CUDA 13 has dropped Maxwell, Pascal and Volta\ncudaPkgs.cudaPackages_12".to_owned()));
    }
    if needs.thor {
        branches.push((
            "lib.elem \"11.0\" cudaCapabilities",
            "# what CUDA 12 called 10.1\ncudaPkgs.cudaPackages_13".to_owned(),
        ));
    }
    branches.push(("", "cudaPkgs.cudaPackages".to_owned()));
    let toolkit = match branches.as_slice() {
        [_] => "inherit (cudaPkgs) cudaPackages;".to_owned(),
        branches => binding("cudaPackages", &chain(branches), 6),
    };
    let names = "{\n  inherit cccl;\n  cuda_cccl = cccl;\n}";
    let value = format!(
        "let\n{}\n  cccl = cudaPackages.cccl or cudaPackages.cuda_cccl;\nin\ncudaPackages\n// {names}",
        indent(&toolkit, 2)
    );
    format!(
        "# llama.cpp and nixpkgs renamed cuda_cccl to cccl in 2026, at different times: offer both names.\n{}",
        binding("cudaPackages", &value, 2)
    )
}

/// The function that makes a variant's package.
fn build(fleet: &Fleet, needs: &Needs) -> String {
    let (cuda, rocm, vulkan) = match fleet.alias {
        true => ("cudaSupport", "rocmSupport", "vulkanSupport"),
        false => ("variant == \"cuda\"", "variant == \"rocm\"", "variant == \"vulkan\""),
    };
    let body = package(needs, cuda, rocm, vulkan);
    if !fleet.alias {
        return binding("build", &format!("variant:\n{body}"), 2);
    }
    let overridable = format!(
        r#"own:
lib.makeOverridable (
  {{
    cudaSupport ? own == "cuda" && !rocmSupport && !vulkanSupport,
    rocmSupport ? own == "rocm" && !cudaSupport && !vulkanSupport,
    vulkanSupport ? own == "vulkan" && !cudaSupport && !rocmSupport,
    ...
  }}:
{}
) {{ }}"#,
        indent(&body, 2)
    );
    format!(
        "# nixpkgs' own override arguments go on working: `llama-cpp.override {{ rocmSupport = true; }}` is the\n# ROCm variant. Those that name no variant are ignored.\n{}",
        binding("build", &overridable, 2)
    )
}

fn package(needs: &Needs, cuda: &str, rocm: &str, vulkan: &str) -> String {
    let targets = match needs.rocm_targets {
        Given::Never => "",
        Given::Always => {
            "\n    # one string; nixpkgs' own package takes a list\n    rocmGpuTargets = lib.concatStringsSep \";\" rocmTargets;"
        }
        Given::Sometimes => {
            "\n    # one string; nixpkgs' own package takes a list\n    rocmGpuTargets = lib.concatStringsSep \";\" (\n      if rocmTargets == [ ] then final.rocmPackages.clr.gpuTargets else rocmTargets\n    );"
        }
    };
    let compiler = match needs.rocm {
        false => String::new(),
        true => format!(
            "\n    ++ lib.optional ({rocm} && final.rocmPackages.clr ? hipClangPath) (\n      lib.cmakeFeature \"CMAKE_HIP_COMPILER\" \"${{final.rocmPackages.clr.hipClangPath}}/clang++\"\n    )"
        ),
    };
    let attributes = format!(
        r#"cmakeFlags =
    old.cmakeFlags
    # the last flag of a name wins, so these win over upstream's
    ++ [
      (lib.cmakeBool "LLAMA_BUILD_TESTS" false)
      (lib.cmakeBool "LLAMA_BUILD_EXAMPLES" false)
    ]
    ++ cpuFlags{compiler};"#
    );
    let overridden = match needs.native {
        Given::Never => format!("package.overrideAttrs (old: {{\n  {attributes}\n}})"),
        Given::Always => format!("package.overrideAttrs (old: {{\n  {attributes}\n{}\n}})", indent(NATIVE_ATTRS, 2)),
        Given::Sometimes => format!(
            "package.overrideAttrs (\n  old:\n  {{\n{}\n  }}\n  // lib.optionalAttrs (nativeFor != null) {{\n{}\n  }}\n)",
            indent(&format!("  {attributes}"), 2),
            indent(NATIVE_ATTRS, 4)
        ),
    };
    format!(
        r#"let
  pkgs = if {cuda} then cudaPkgs else llama-cpp.overlays.default final prev;
  package = pkgs.llamaPackages.llama-cpp.override {{
    # all three, or the machine's nixpkgs.config decides
    useCuda = {cuda};
    useRocm = {rocm};
    useVulkan = {vulkan};
    inherit cudaPackages;{targets}
  }};
in
{overridden}"#
    )
}

const NATIVE_ATTRS: &str = r#"env = old.env // {
  # the compiler wrapper drops -march=native unless this is 0
  NIX_ENFORCE_NO_NATIVE = "0";
  # two machines must never share a package that depends on who built it
  LLAMA_CPP_NATIVE_FOR = nativeFor;
};
preferLocalBuild = true;
allowSubstitutes = false;"#;

fn names(fleet: &Fleet) -> String {
    let mut names: Vec<String> = ["cpu", "cuda", "vulkan", "rocm"]
        .iter()
        .map(|variant| format!("llama-cpp-{variant} = build \"{variant}\";"))
        .collect();
    if fleet.alias {
        names.push("llama-cpp = final.\"llama-cpp-${variant}\";".to_owned());
    }
    match reads_machine(fleet) {
        true => format!(
            "# a machine that says nothing keeps nixpkgs' packages\nlib.optionalAttrs (prev ? {MACHINE}) {}",
            set(&names)
        ),
        false => set(&names),
    }
}

/// What a machine says to the overlay, as bindings `name = value;`.
pub(super) fn arguments(fleet: &Fleet, name: &str, machine: &MachineSpec) -> Vec<String> {
    let strings = |items: Vec<&str>| list(&items.iter().map(|item| Nix::string(item).to_string()).collect::<Vec<_>>());
    let mut bindings = Vec::new();
    if fleet.alias {
        bindings.push(format!("variant = \"{}\";", machine.request.variant.name()));
    }
    match cpu_code(machine) {
        CpuCode::Dispatch => {}
        CpuCode::Features(features) => bindings.push(format!("cpuFeatures = {};", strings(features))),
        CpuCode::Arch(arch) => bindings.push(format!("cpuArch = {};", Nix::string(&arch))),
        CpuCode::Native => bindings.push(format!("nativeFor = {};", Nix::string(name))),
    }
    let capabilities: Vec<&str> = capabilities(machine).collect();
    if !capabilities.is_empty() {
        bindings.push(format!("cudaCapabilities = {};", strings(capabilities)));
    }
    let targets = rocm_targets(machine);
    if !targets.is_empty() {
        bindings.push(format!("rocmTargets = {};", strings(targets.iter().map(String::as_str).collect())));
    }
    bindings
}

/// The overlay with one machine's parameters, for a list of overlays: `(import ./overlay.nix { … })`.
///
/// `flake` is the expression that is the llama.cpp flake at that place.
pub(crate) fn overlay_call(fleet: &Fleet, machine: &str, flake: &str, path: &Nix) -> String {
    let mut bindings = vec![pass_flake(flake)];
    if let Some(spec) = fleet.machines.get(machine) {
        bindings.extend(arguments(fleet, machine, spec));
    }
    call(path, &bindings)
}

/// The overlay for a list of overlays that all machines share: `(import ./overlay.nix { inherit (inputs) llama-cpp; })`.
pub(crate) fn shared_overlay_call(_fleet: &Fleet, flake: &str, path: &Nix) -> String {
    call(path, &[pass_flake(flake)])
}

fn call(path: &Nix, bindings: &[String]) -> String {
    match bindings {
        [one] => format!("(import {path} {{ {one} }})"),
        many => format!("(import {path} {})", set(many)),
    }
}

/// How the llama.cpp flake is handed to the overlay: `inherit (inputs) llama-cpp;` where its name allows it.
pub(super) fn pass_flake(flake: &str) -> String {
    match flake.strip_suffix(".llama-cpp") {
        Some(from) => format!("inherit ({from}) llama-cpp;"),
        None if flake == "llama-cpp" => "inherit llama-cpp;".to_owned(),
        None => format!("llama-cpp = {flake};"),
    }
}
