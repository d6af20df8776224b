//! What is said of a fleet is true of it, and all of it is said.

use super::*;

#[test]
fn what_one_should_see_is_what_was_compiled() {
    let guide = planned(&request(&four())).guide;
    for expected in [
        // Zen 4
        "`-DGGML_AVX512_VNNI:BOOL=TRUE` and `-DGGML_AVX512_BF16:BOOL=TRUE`; the other 4 of",
        "`AVX512_VNNI = 1` and `AVX512_BF16 = 1`. What",
        // Tiger Lake
        "`-DGGML_AVX512_VBMI:BOOL=TRUE` and `-DGGML_AVX512_VNNI:BOOL=TRUE`; the other 5 of",
        // dispatch, and the RTX 3090
        "`-DGGML_BACKEND_DL:BOOL=TRUE` and `-DGGML_CPU_ALL_VARIANTS:BOOL=TRUE`; `-DGGML_CUDA:BOOL=TRUE`; `-DCMAKE_CUDA_ARCHITECTURES:STRING=86`",
        "`CUDA0: …`",
        "`Vulkan0: …`",
        "`ROCm0: …`",
        "`-DGGML_NATIVE:BOOL=TRUE`",
    ] {
        assert!(guide.contains(expected), "{expected} is not in the guide:\n{guide}");
    }
}

#[test]
fn only_what_can_happen_to_this_fleet_is_explained() {
    let guide = planned(&request(&[("carbon", Machine::new(Variant::Cpu))])).guide;
    for absent in [
        "CUDA: ",
        "ROCm: ",
        "Vulkan: ",
        "Illegal instruction",
        "A separate nixpkgs",
        "/home",
        "earlier attempt",
        "--build-host",
    ] {
        assert!(!guide.contains(absent), "{absent} has no place in\n{guide}");
    }
    let guide = planned(&request(&four())).guide;
    for present in
        ["no kernel image", "nvidia-smi", "render", "llvmpipe", "Illegal instruction", "A separate nixpkgs", "`/home`"]
    {
        assert!(guide.contains(present), "{present} is not in\n{guide}");
    }
}

#[test]
fn a_jetson_is_told_nothing_of_the_cards_driver() {
    let orin = Machine {
        system: Some("aarch64-linux".into()),
        cuda_capabilities: vec!["8.7".into()],
        ..Machine::new(Variant::Cuda)
    };
    let guide = planned(&request(&[("orin", orin)])).guide;
    for absent in ["nvidia-x11", "hardware.nvidia.open", "Does `nvidia-smi` work"] {
        assert!(!guide.contains(absent), "{absent} has no place in\n{guide}");
    }
    assert!(guide.contains("no kernel image"), "{guide}");
}

#[test]
fn the_users_own_lines_are_quoted() {
    let guide = planned(&request(&[("carbon", Machine::new(Variant::Cpu))])).guide;
    let diffs = blocks(&guide, "diff");
    assert!(
        diffs.iter().any(|diff| diff.contains("   inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n")),
        "{diffs:#?}"
    );
    assert!(guide.contains("Line 5: "), "{guide}");
}

#[test]
fn the_style_and_the_alias_show_in_the_words() {
    let mut request = request(&[("carbon", Machine { install: Install::None, ..Machine::new(Variant::Vulkan) })]);
    request.options.style = Style::Overlay;
    request.options.alias = false;
    let plan = planned(&request);
    assert!(plan.guide.contains("a machine chooses by the name"), "{}", plan.guide);
    assert!(plan.commands.iter().any(|command| command.run.ends_with("carbon.pkgs.llama-cpp-vulkan.cmakeFlags")));
    assert!(!plan.guide.contains("collision"));
    assert!(!plan.guide.contains("also in the package's name"), "{}", plan.guide);
}

#[test]
fn the_place_of_a_package_that_is_named_in_a_list_is_told() {
    let mut request = request(&[("carbon", Machine::new(Variant::Vulkan))]);
    let machine = "carbon = nixpkgs.lib.nixosSystem { modules = [ ./carbon.nix ]; };";
    request.files.insert("flake.nix".into(), FLAKE.replace("NAMES", machine));
    let list = "{ pkgs, ... }:\n{\n  environment.systemPackages = with pkgs; [\n    git\n    vim\n  ];\n}\n";
    request.files.insert("carbon.nix".into(), list.into());
    request.options.style = Style::Overlay;
    request.options.alias = false;
    let guide = planned(&request).guide;
    assert!(guide.contains("- `carbon`: `pkgs.llama-cpp-vulkan` in `machines/carbon-llama-cpp.nix`"), "{guide}");
}

#[test]
fn a_service_is_checked_where_there_is_one() {
    let guide = planned(&request(&four())).guide;
    assert!(guide.contains("On `boron`, `systemctl is-active llama-cpp` says `active`."), "{guide}");
    assert!(!planned(&request(&four()[..2])).guide.contains("systemctl"));
}

#[test]
fn a_machine_for_the_owners_hand_is_built_and_switched_too() {
    let mut request = request(&[("carbon", Machine::new(Variant::Vulkan))]);
    request.options.style = Style::Overlay;
    let machine = |name: &str| {
        format!("{name} = nixpkgs.lib.nixosSystem {{ specialArgs = shared; modules = [ ./{name}.nix ]; }};\n      ")
    };
    let shared =
        "let\n    pkgs = import nixpkgs { };\n    shared = { inherit inputs pkgs; };\n  in {\n    nixosConfigurations";
    let flake = FLAKE.replace("NAMES", &(machine("carbon") + &machine("boron")));
    request.files.insert("flake.nix".into(), flake.replace("{\n    nixosConfigurations", shared));
    let plan = crate::plan(&request);
    assert_eq!(plan.outcome, Outcome::Partial, "{:#?}", plan.diagnostics);
    let shown = blocks(&plan.guide, "sh");
    let command = "sudo nixos-rebuild switch --flake .#carbon\n";
    assert!(shown.iter().any(|block| block.ends_with(command)), "{}", plan.guide);
}

#[test]
fn nothing_is_said_of_an_input_but_what_is_true_of_each() {
    let mut request = request(&[("carbon", Machine::new(Variant::Cpu))]);
    let pinned = "nixos-unstable\";\n  inputs.llama-cpp.url = \"github:ggml-org/llama.cpp/b10488";
    let flake = request.files["flake.nix"].replacen("nixos-unstable", pinned, 1);
    request.files.insert("flake.nix".into(), flake);
    let plan = planned(&request);
    assert!(plan.guide.contains("takes the newest that the input's URL allows"), "{}", plan.guide);
    assert!(!plan.guide.contains("the new input"), "{}", plan.guide);
}

#[test]
fn nothing_is_promised_of_a_cpu_that_it_does_not_have() {
    let old = Cpu::Features { features: vec!["SSE42".into()] };
    for cpu in [old, Cpu::Baseline] {
        let guide = planned(&request(&[("carbon", Machine { cpu, ..Machine::new(Variant::Cpu) })])).guide;
        for wrong in ["code for any CPU", "has no `AVX`", "that this CPU has"] {
            assert!(!guide.contains(wrong), "{wrong} is in\n{guide}");
        }
    }
}

#[test]
fn a_hint_that_is_no_sentence_is_no_sentence_of_its_own() {
    let guide = planned(&request(&[("carbon", Machine { cpu: Cpu::Native, ..Machine::new(Variant::Rocm) })])).guide;
    assert!(guide.contains("a long build. Way out: name the card's"), "{guide}");
}
