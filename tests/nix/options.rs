//! The module's options: what it says to a machine that sets them wrongly, or later than the plan.

use llama_fleet::request::{Cpu, Files, Machine, Options, Place, Request, Style, Variant};

use crate::evaluator;
use crate::fleet::{OnDisk, TODAY, after, complete, files_of};

/// A fleet with every option of the module, which `later`, a machine that was not chosen, imports too.
fn fleet() -> Files {
    let mut vulkan = Machine::new(Variant::Vulkan);
    vulkan.cpu = Cpu::March { march: "znver4".into() };
    let mut native = Machine::new(Variant::Cuda);
    native.cpu = Cpu::Native;
    native.cuda_capabilities = vec!["8.6".into()];
    let mut arm = Machine::new(Variant::Cpu);
    arm.cpu = Cpu::Arm { arch: "armv8.2-a+dotprod".into() };
    arm.system = Some("aarch64-linux".into());
    let mut rocm = Machine::new(Variant::Rocm);
    rocm.rocm_targets = vec!["gfx1100".into()];
    let chosen = [("vulkan", vulkan), ("native", native), ("arm", arm), ("rocm", rocm)];
    let systems = chosen.iter().map(|(name, machine)| (*name, machine.system.as_deref()));
    let others = [("later", None), ("board", Some("aarch64-linux"))];
    let request = Request {
        files: files_of(systems.chain(others)),
        machines: chosen.iter().map(|(name, machine)| ((*name).to_owned(), machine.clone())).collect(),
        options: Options { style: Style::Module, place: Place::Shared, ..Options::default() },
        ..Request::default()
    };
    let plan = complete(&request);
    after(&request, &plan)
}

/// The fleet, with these settings in the file of a machine that was not chosen.
fn with(machine: &str, settings: &str) -> OnDisk {
    let mut files = fleet();
    files.insert(format!("machines/{machine}.nix"), format!("{{ pkgs, ... }}: {{ {settings} }}\n"));
    OnDisk::write(&files)
}

#[test]
fn a_wrong_setting_is_an_error_that_names_the_option() {
    if !evaluator::is_there() {
        return;
    }
    let cases = [
        ("later", r#"llama.variant = "cudaa";"#, "llama.variant"),
        ("later", r#"llama = { variant = "cpu"; cpu.features = [ "AVX_512" ]; };"#, "llama.cpu.features"),
        (
            "later",
            r#"llama = { variant = "cpu"; cpu.features = [ "AVX" "AVX512_VNNI" ]; };"#,
            "llama.cpu.features: AVX512_VBMI",
        ),
        ("board", r#"llama = { variant = "cpu"; cpu.features = [ "AVX" ]; };"#, "llama.cpu.features are x86"),
        ("later", r#"llama = { variant = "cpu"; cpu.arch = "armv8-a"; };"#, "llama.cpu.arch is an ARM"),
        (
            "later",
            r#"llama = { variant = "cpu"; cpu.features = [ ]; cpu.nativeFor = "later"; };"#,
            "llama.cpu.nativeFor",
        ),
        ("later", r#"llama = { variant = "cuda"; cuda.capabilities = [ "86" ]; };"#, "llama.cuda.capabilities"),
        ("later", r#"llama = { variant = "rocm"; rocm.targets = [ "7900 XTX" ]; };"#, "llama.rocm.targets"),
        ("board", r#"llama.variant = "rocm";"#, "llama.variant: nixpkgs has ROCm for x86_64-linux only"),
        ("later", r#"llama.variant = "cpu"; llama.cpu.mode = "native";"#, "llama.cpu.mode"),
    ];
    for (machine, settings, named) in cases {
        match with(machine, settings).observe(TODAY) {
            Ok(_) => panic!("accepted: {settings}"),
            Err(error) => assert!(error.contains(named), "{settings}: {error}"),
        }
    }
}

#[test]
fn what_is_likely_to_be_forgotten_is_a_warning_that_names_the_option() {
    if !evaluator::is_there() {
        return;
    }
    let cases = [
        (r#"llama.variant = "vulkan";"#, "hardware.graphics.enable"),
        (r#"llama.variant = "cuda"; hardware.graphics.enable = true;"#, "services.xserver.videoDrivers"),
    ];
    for (settings, named) in cases {
        let value = with("later", settings).observe(TODAY).unwrap_or_else(|error| panic!("{settings}: {error}"));
        let warnings = value["later"]["warnings"].as_array().expect("warnings");
        assert_eq!(warnings.len(), 1, "{settings}: {warnings:?}");
        assert!(warnings[0].as_str().is_some_and(|warning| warning.contains(named)), "{settings}: {warnings:?}");
    }
}

#[test]
fn a_machine_that_is_set_up_later_needs_its_variant_and_no_more() {
    if !evaluator::is_there() {
        return;
    }
    let disk = with(
        "later",
        r#"llama.variant = "vulkan"; hardware.graphics.enable = true; environment.systemPackages = [ pkgs.llama-cpp ];"#,
    );
    let value = disk.observe(TODAY).unwrap_or_else(|error| panic!("{error}"));
    let later = &value["later"];
    assert_eq!(later["chosen"], later["packages"]["llama-cpp"]["path"]);
    let flags = later["packages"]["llama-cpp"]["cmakeFlags"].to_string();
    for flag in ["-DGGML_VULKAN:BOOL=TRUE", "-DGGML_CPU_ALL_VARIANTS:BOOL=TRUE"] {
        assert!(flags.contains(flag), "{flag} in {flags}");
    }
    assert_eq!(value["board"]["variant"], serde_json::Value::Null);
    assert_eq!(value["board"]["packages"]["llama-cpp"]["pname"], "nixpkgs-llama-cpp");
}
