//! The overlay: a function of one machine's parameters that gives the five package names.

use super::Fleet;
use super::header::{Generated, push_header};
use super::needs::{Given, Needs};
use super::text::{binding, comment, fill, formals, indent, push_indented, set, strings};
use crate::hardware::Feature;
use crate::request::{Style, Variant};

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
    let mut text = String::with_capacity(4_096);
    push_header(&mut text, fleet, Generated::Overlay.title(), fleet.machines.iter());
    text.push_str(&signature(fleet, &parameters));
    text.push_str("\nfinal: prev:\nlet\n");
    let mut bindings = vec!["inherit (prev) lib;".to_owned()];
    bindings.extend(machine_parameters(fleet, &parameters));
    bindings.extend(x86_features(&needs));
    bindings.push(cpu_flags(fleet, &needs));
    bindings.push(cuda_instance(&needs));
    bindings.push(cuda_packages(&needs));
    bindings.push(build(fleet, &needs));
    for (index, binding) in bindings.iter().enumerate() {
        text.push_str(if index > 0 { "\n\n" } else { "" });
        push_indented(&mut text, binding, 2);
    }
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

/// A `let` binding with the comment above it.
fn explained(why: &str, binding: &str) -> String {
    let mut text = comment(why, 2);
    text.push_str(binding);
    text
}

fn x86_features(needs: &Needs) -> Option<String> {
    if !needs.features.ever() {
        return None;
    }
    let all = strings(Feature::ALL.iter().map(|feature| feature.name()));
    let why = "ggml's x86 switches. None implies another, so all are written, ON or OFF.";
    Some(explained(why, &binding("x86Features", &all, 2)))
}

const NATIVE_FLAGS: &str = r#"[ (lib.cmakeBool "GGML_NATIVE" true) ]"#;

const FEATURE_FLAGS: &str = r#"
@check@
[ (lib.cmakeBool "GGML_NATIVE" false) ]
++ map (feature: lib.cmakeBool "GGML_${feature}" (lib.elem feature cpuFeatures)) x86Features
"#;

const ARCH_FLAGS: &str = r#"
[
  (lib.cmakeBool "GGML_NATIVE" false)
  (lib.cmakeFeature "GGML_CPU_ARM_ARCH" cpuArch)
]
"#;

const DISPATCH_FLAGS: &str = r#"
# code for every CPU in one package, the best chosen at start
[
  (lib.cmakeBool "GGML_NATIVE" false)
  (lib.cmakeBool "GGML_BACKEND_DL" true)
  (lib.cmakeBool "GGML_CPU_ALL_VARIANTS" true)
  # in $out/bin, where they go by default, only programs of that folder find them
  (lib.cmakeFeature "GGML_BACKEND_DIR" "${placeholder "out"}/lib/ggml")
]
"#;

/// The CMake flags for the CPU: one branch for each mode that some machine uses.
fn cpu_flags(fleet: &Fleet, needs: &Needs) -> String {
    // a module's option has checked the names already
    let check = match fleet.style {
        Style::Module => "",
        Style::Overlay => "assert lib.subtractLists x86Features cpuFeatures == [ ];",
    };
    let branches = [
        (needs.native.ever(), "nativeFor != null", NATIVE_FLAGS),
        (needs.features.ever(), "cpuFeatures != null", FEATURE_FLAGS),
        (needs.arch.ever(), "cpuArch != null", ARCH_FLAGS),
        (needs.dispatch, "", DISPATCH_FLAGS),
    ];
    let used = branches.iter().filter(|(used, ..)| *used);
    let value = chain(used.map(|(_, condition, flags)| (*condition, fill(flags, &[("check", check)]))).collect());
    let reach =
        "reach ggml's CPU backend only, nothing that runs during the build: any machine can build for any other.";
    let which = if needs.native.ever() { "But for native, these" } else { "These" };
    explained(&format!("{which} {reach}"), &binding("cpuFlags", &value, 2))
}

/// `if … then … else if … then … else …`; the last branch needs no condition.
fn chain(mut branches: Vec<(&str, String)>) -> String {
    let Some((_, last)) = branches.pop() else { return "[ ]".to_owned() };
    if branches.is_empty() {
        return last;
    }
    let conditional: String =
        branches.iter().map(|(condition, value)| format!("if {condition} then\n{}\nelse ", indent(value, 2))).collect();
    format!("{}\n{}", conditional.trim_end(), indent(&last, 2))
}

const CUDA_INSTANCE: &str = r#"
cudaPkgs = import final.path {
  inherit (final.stdenv.hostPlatform) system;
  overlays = [ llama-cpp.overlays.default ];
  @config@
};
"#;

const CUDA_CONFIG: &str = r#"
config = {
  allowUnfree = true;
  cudaSupport = true;
  @capabilities@
};
"#;

const CUDA_CONFIG_OR_DEFAULT: &str = r#"
config = {
  allowUnfree = true;
  cudaSupport = true;
}
// lib.optionalAttrs (cudaCapabilities != [ ]) { inherit cudaCapabilities; };
"#;

/// nixpkgs once more, with CUDA: the machine's own instance calls CUDA packages broken or unfree.
fn cuda_instance(needs: &Needs) -> String {
    let config = match needs.capabilities {
        Given::Never => fill(CUDA_CONFIG, &[("capabilities", "")]),
        Given::Always => fill(CUDA_CONFIG, &[("capabilities", "inherit cudaCapabilities;")]),
        Given::Sometimes => CUDA_CONFIG_OR_DEFAULT.to_owned(),
    };
    explained(
        "CUDA needs a nixpkgs that is configured for it. This one also accepts CUDA's licence, so that the machine's own need not.",
        &fill(CUDA_INSTANCE, &[("config", &config)]),
    )
}

const CUDA_PACKAGES: &str = r#"
cudaPackages =
  let
    @toolkit@
    cccl = cudaPackages.cccl or cudaPackages.cuda_cccl;
  in
  cudaPackages
  // {
    inherit cccl;
    cuda_cccl = cccl;
  };
"#;

/// The toolkit: the one that still knows the machine's cards, under the names that llama.cpp asks for.
fn cuda_packages(needs: &Needs) -> String {
    let old = "lib.any (capability: lib.versionOlder capability \"7.5\") cudaCapabilities";
    let thor = "lib.elem \"11.0\" cudaCapabilities";
    let branches = [
        (needs.old_cards, old, "# CUDA 13 has dropped Maxwell, Pascal and Volta\ncudaPkgs.cudaPackages_12"),
        (needs.thor, thor, "# what CUDA 12 called 10.1\ncudaPkgs.cudaPackages_13"),
        (true, "", "cudaPkgs.cudaPackages"),
    ];
    let toolkit = match needs.old_cards || needs.thor {
        false => "inherit (cudaPkgs) cudaPackages;".to_owned(),
        true => {
            let used = branches.iter().filter(|(used, ..)| *used);
            binding("cudaPackages", &chain(used.map(|(_, when, what)| (*when, (*what).to_owned())).collect()), 6)
        }
    };
    explained(
        "llama.cpp and nixpkgs renamed cuda_cccl to cccl in 2026, at different times: offer both names.",
        &fill(CUDA_PACKAGES, &[("toolkit", &toolkit)]),
    )
}

const BUILD_OVERRIDABLE: &str = r#"
build =
  variant:
  lib.makeOverridable (
    {
      cudaSupport ? variant == "cuda" && !rocmSupport && !vulkanSupport,
      rocmSupport ? variant == "rocm" && !cudaSupport && !vulkanSupport,
      vulkanSupport ? variant == "vulkan" && !cudaSupport && !rocmSupport,
      ...
    }:
    @package@
  ) { };
"#;

/// The function that makes a variant's package.
fn build(fleet: &Fleet, needs: &Needs) -> String {
    if !fleet.alias {
        let package = package(needs, ["variant == \"cuda\"", "variant == \"rocm\"", "variant == \"vulkan\""]);
        return binding("build", &format!("variant:\n{package}"), 2);
    }
    let package = package(needs, ["cudaSupport", "rocmSupport", "vulkanSupport"]);
    explained(
        "nixpkgs' own override arguments go on working: `llama-cpp.override { rocmSupport = true; }` is the ROCm variant. Those that name no variant are ignored.",
        &fill(BUILD_OVERRIDABLE, &[("package", &package)]),
    )
}

const PACKAGE: &str = r#"
let
  pkgs = if @cuda@ then cudaPkgs else llama-cpp.overlays.default final prev;
  package = pkgs.llamaPackages.llama-cpp.override {
    # all three, or the machine's nixpkgs.config decides
    useCuda = @cuda@;
    useRocm = @rocm@;
    useVulkan = @vulkan@;
    inherit cudaPackages;
    @targets@
  };
in
@changed@
"#;

const TARGETS: &str = r#"
# one string; nixpkgs' own package takes a list
rocmGpuTargets = lib.concatStringsSep ";" rocmTargets;
"#;

const TARGETS_OR_ALL: &str = r#"
# one string; nixpkgs' own package takes a list
rocmGpuTargets = lib.concatStringsSep ";" (
  if rocmTargets == [ ] then final.rocmPackages.clr.gpuTargets else rocmTargets
);
"#;

const CMAKE_FLAGS: &str = r#"
cmakeFlags =
  old.cmakeFlags
  # the last flag of a name wins, so these win over upstream's
  ++ [
    (lib.cmakeBool "LLAMA_BUILD_TESTS" false)
    (lib.cmakeBool "LLAMA_BUILD_EXAMPLES" false)
  ]
  @compiler@
  ++ cpuFlags;
"#;

const HIP_COMPILER: &str = r#"
++ lib.optional (@rocm@ && final.rocmPackages.clr ? hipClangPath) (
  lib.cmakeFeature "CMAKE_HIP_COMPILER" "${final.rocmPackages.clr.hipClangPath}/clang++"
)
"#;

const NATIVE_ATTRIBUTES: &str = r#"
env = old.env // {
  # the compiler wrapper drops -march=native unless this is 0
  NIX_ENFORCE_NO_NATIVE = "0";
  # two machines must never share a package that depends on who built it
  LLAMA_CPP_NATIVE_FOR = nativeFor;
};
preferLocalBuild = true;
allowSubstitutes = false;
"#;

const CHANGED: &str = r#"
package.overrideAttrs (old: {
  @flags@
  @native@
})
"#;

const CHANGED_IF_NATIVE: &str = r#"
package.overrideAttrs (
  old:
  {
    @flags@
  }
  // lib.optionalAttrs (nativeFor != null) {
    @native@
  }
)
"#;

/// One variant's package; `switches` are the conditions of CUDA, ROCm and Vulkan.
fn package(needs: &Needs, switches: [&str; 3]) -> String {
    let [cuda, rocm, vulkan] = switches;
    let targets = match needs.rocm_targets {
        Given::Never => "",
        Given::Always => TARGETS,
        Given::Sometimes => TARGETS_OR_ALL,
    };
    let compiler = if needs.rocm { fill(HIP_COMPILER, &[("rocm", rocm)]) } else { String::new() };
    let flags = fill(CMAKE_FLAGS, &[("compiler", &compiler)]);
    let changed = match needs.native {
        Given::Never => fill(CHANGED, &[("flags", &flags), ("native", "")]),
        Given::Always => fill(CHANGED, &[("flags", &flags), ("native", NATIVE_ATTRIBUTES)]),
        Given::Sometimes => fill(CHANGED_IF_NATIVE, &[("flags", &flags), ("native", NATIVE_ATTRIBUTES)]),
    };
    let values = [("cuda", cuda), ("rocm", rocm), ("vulkan", vulkan), ("targets", targets), ("changed", &changed)];
    fill(PACKAGE, &values)
}

/// The names that users are promised.
fn names(fleet: &Fleet) -> String {
    let mut names: Vec<String> =
        Variant::ALL.map(Variant::name).iter().map(|name| format!("llama-cpp-{name} = build \"{name}\";")).collect();
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
