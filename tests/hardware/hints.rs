//! What a flake gives away, with its source.

use llama_fleet::hardware::{FlakeFacts, amd, arm, cpu, cuda, hints};
use llama_fleet::report::Hint;
use llama_fleet::request::Variant;

fn of_modules(modules: &[&str]) -> Vec<Hint> {
    let nixos_hardware_modules = modules.iter().map(|module| module.to_string()).collect();
    hints(&FlakeFacts { nixos_hardware_modules, ..FlakeFacts::default() })
}

fn of_option(path: &str, value: &str) -> Vec<Hint> {
    hints(&FlakeFacts { options: vec![(path.into(), value.into())], ..FlakeFacts::default() })
}

fn hint(cpu: Option<&str>, gpu: Option<&str>, variant: Option<Variant>, because: &str) -> Hint {
    Hint { cpu: cpu.map(Into::into), gpu: gpu.map(Into::into), variant, because: because.into(), ..Hint::default() }
}

#[test]
fn a_laptop_tells_its_cpu_and_gpu() {
    let framework =
        hint(Some("znver4"), Some("gfx1103"), Some(Variant::Vulkan), "nixos-hardware: framework-13-7040-amd");
    for name in ["framework-13-7040-amd", "framework/13-inch/7040-amd", "/framework/13-inch/7040-amd/default.nix"] {
        assert_eq!(of_modules(&[name]), std::slice::from_ref(&framework), "{name}");
    }
    assert_eq!(
        of_modules(&["lenovo-thinkpad-x230"]),
        [hint(Some("ivybridge"), None, None, "nixos-hardware: lenovo-thinkpad-x230")]
    );
    assert_eq!(
        of_modules(&["dell-xps-15-9560-nvidia"]),
        [hint(Some("skylake"), Some("6.1"), Some(Variant::Cuda), "nixos-hardware: dell-xps-15-9560-nvidia")]
    );
    assert_eq!(
        of_modules(&["raspberry-pi-5"]),
        [hint(Some("armv8.2-a+dotprod+fp16"), None, None, "nixos-hardware: raspberry-pi-5")]
    );
}

#[test]
fn common_modules_tell_the_makers() {
    let found = of_modules(&["common-cpu-intel", "common-gpu-nvidia", "common-pc-ssd"]);
    let expected = [
        hint(Some("intel"), None, None, "nixos-hardware: common-cpu-intel"),
        hint(None, Some("nvidia"), Some(Variant::Cuda), "nixos-hardware: common-gpu-nvidia"),
    ];
    assert_eq!(found, expected);
    assert_eq!(of_modules(&["common/cpu/intel/tiger-lake"])[0].cpu.as_deref(), Some("tigerlake"));
    // Of these generations there are Celerons and Pentiums, which have no AVX.
    for name in ["common-cpu-intel-kaby-lake", "common/cpu/intel/haswell", "gpd-p2-max", "supermicro-x10sll-f"] {
        assert_eq!(of_modules(&[name])[0].cpu.as_deref(), Some("intel"), "{name}");
    }
}

#[test]
fn what_says_nothing_gives_no_hint() {
    assert!(of_modules(&["common-pc", "common-pc-laptop-ssd", "no-such-module", ""]).is_empty());
    assert!(of_modules(&["microsoft-surface-go"]).is_empty(), "its Pentium has no AVX, its siblings have");
    assert!(of_option("services.openssh.enable", "true").is_empty());
    assert!(of_option("nixpkgs.config.cudaSupport", "false").is_empty());
}

#[test]
fn a_disabled_card_is_no_card() {
    let found = of_modules(&["dell-xps-15-9560-nvidia", "common-gpu-nvidia-disable"]);
    assert!(found.iter().all(|hint| hint.variant != Some(Variant::Cuda)), "{found:?}");
}

#[test]
fn a_card_beside_the_cpus_graphics_decides() {
    let found = of_modules(&["common-cpu-intel-alder-lake", "common-gpu-intel", "common-gpu-nvidia"]);
    assert_eq!(found[0].cpu.as_deref(), Some("alderlake"));
    assert_eq!(found.iter().find_map(|hint| hint.variant), Some(Variant::Cuda));
    assert_eq!(found.iter().find_map(|hint| hint.gpu.as_deref()), Some("nvidia"));
}

#[test]
fn options_tell_the_gpu() {
    let variant = |path: &str, value: &str| of_option(path, value).first().and_then(|hint| hint.variant);
    let gpu = |path: &str, value: &str| of_option(path, value).first().and_then(|hint| hint.gpu.clone());
    assert_eq!(variant("services.xserver.videoDrivers", "[ \"nvidia\" ]"), Some(Variant::Cuda));
    assert_eq!(variant("services.xserver.videoDrivers", "lib.mkDefault [ \"amdgpu\" ]"), Some(Variant::Vulkan));
    assert_eq!(variant("services.xserver.videoDrivers", "[ \"modesetting\" ]"), None);
    assert_eq!(variant("hardware.nvidia.open", "true"), Some(Variant::Cuda));
    assert_eq!(variant("hardware.nvidia.package", "config.boot.kernelPackages.nvidiaPackages.legacy_470"), None);
    assert_eq!(variant("nixpkgs.config.cudaSupport", "true"), Some(Variant::Cuda));
    assert_eq!(gpu("nixpkgs.config.cudaCapabilities", "[ \"8.9\" ]").as_deref(), Some("8.9"));
    assert_eq!(variant("nixpkgs.config.rocmSupport", "true"), Some(Variant::Rocm));
    assert_eq!(variant("services.ollama.acceleration", "\"rocm\""), Some(Variant::Rocm));
    assert_eq!(gpu("hardware.nvidia-jetpack.som", "\"orin-agx\"").as_deref(), Some("8.7"));
    let cpu = of_option("nixpkgs.hostPlatform.gcc.arch", "\"znver3\"");
    assert_eq!(cpu, [hint(Some("znver3"), None, None, "nixpkgs.hostPlatform.gcc.arch = \"znver3\"")]);
    assert_eq!(of_option("hardware.cpu.amd.updateMicrocode", "true")[0].cpu.as_deref(), Some("amd"));
    assert_eq!(of_option("boot.kernelModules", "[ \"kvm-intel\" ]")[0].cpu.as_deref(), Some("intel"));
}

#[test]
fn a_report_beside_the_flake_tells_most() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/hardware/corpus/facter-framework-13-7040.txt"
    ));
    let facts = FlakeFacts {
        nixos_hardware_modules: vec!["common-cpu-amd".into()],
        options: Vec::new(),
        reports: vec![("machines/carbon/facter.json".into(), text.unwrap())],
    };
    let found = hints(&facts);
    let because = "machines/carbon/facter.json (nixos-facter)";
    assert_eq!(found[0], hint(Some("znver4"), Some("gfx1103"), Some(Variant::Vulkan), because));
    assert_eq!(found[1].cpu.as_deref(), Some("amd"));
}

#[test]
fn a_generated_hardware_configuration_tells_the_makers() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/hardware/corpus/hardware-configuration-amdgpu.txt"
    ));
    let facts =
        FlakeFacts { reports: vec![("hardware-configuration.nix".into(), text.unwrap())], ..FlakeFacts::default() };
    let because = "hardware-configuration.nix";
    assert_eq!(hints(&facts), [hint(Some("amd"), Some("amd"), Some(Variant::Vulkan), because)]);
}

#[test]
fn every_module_names_rows_of_the_tables() {
    let table = include_str!("../../src/hardware/hints/nixos-hardware.txt");
    let mut modules = std::collections::BTreeSet::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<&str> = line.split(' ').collect();
        let [cpu_name, gpu, names @ ..] = words.as_slice() else { panic!("{line}") };
        let known_cpu = matches!(*cpu_name, "-" | "intel" | "amd")
            || cpu::by_march(cpu_name).is_some()
            || arm::TABLE.iter().any(|row| row.arch == *cpu_name);
        assert!(known_cpu, "{line}");
        let known_gpu = matches!(*gpu, "-" | "nvidia" | "amd" | "intel")
            || amd::by_gfx(gpu).is_some()
            || cuda::by_capability(gpu).is_some();
        assert!(known_gpu, "{line}");
        assert!(!names.is_empty(), "{line}");
        for name in names {
            assert!(modules.insert(name.to_string()), "{name} stands twice");
            assert_eq!(of_modules(&[name]).len(), 1, "{name}");
        }
    }
    assert!(modules.len() > 300, "{}", modules.len());
}
