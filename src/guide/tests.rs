use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::report::{Outcome, Plan};
use crate::request::{Cpu, Install, Machine, Request, Server, Style, Variant};

const FLAKE: &str = r#"{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  outputs = { self, nixpkgs, ... } @ inputs: {
    nixosConfigurations = {
      NAMES
    };
  };
}
"#;

/// A fleet with these machines, each with a list of modules of its own.
fn request(machines: &[(&str, Machine)]) -> Request {
    let entries: Vec<String> = machines
        .iter()
        .map(|(name, _)| {
            format!(
                "{} = nixpkgs.lib.nixosSystem {{ specialArgs = {{ inherit inputs; }}; modules = [ ./{}.nix ]; }};",
                crate::escape::Nix::attr(name),
                name.bytes().map(|byte| format!("{byte:x}")).collect::<String>()
            )
        })
        .collect();
    let mut request = Request::default();
    request.files.insert("flake.nix".into(), FLAKE.replace("NAMES", &entries.join("\n      ")));
    request.machines = machines.iter().map(|(name, machine)| ((*name).to_owned(), machine.clone())).collect();
    request
}

fn planned(request: &Request) -> Plan {
    let plan = crate::plan(request);
    assert!(matches!(plan.outcome, Outcome::Complete | Outcome::Unchanged), "{:#?}", plan.diagnostics);
    plan
}

fn march(variant: Variant, march: &str) -> Machine {
    Machine { cpu: Cpu::March { march: march.into() }, ..Machine::new(variant) }
}

fn four() -> Vec<(&'static str, Machine)> {
    let boron = Machine {
        cuda_capabilities: vec!["8.6".into()],
        server: Some(Server { model: Some("/srv/m.gguf".into()), ..Server::default() }),
        ..Machine::new(Variant::Cuda)
    };
    let xenon = Machine { rocm_targets: vec!["gfx1100".into()], cpu: Cpu::Native, ..Machine::new(Variant::Rocm) };
    vec![
        ("carbon", march(Variant::Vulkan, "znver4")),
        ("beryllium", march(Variant::Vulkan, "znver4")),
        ("boron", boron),
        ("nitrogen", march(Variant::Cpu, "tigerlake")),
        ("xenon", xenon),
    ]
}

/// The headings of a guide, with their level.
fn headings(guide: &str) -> Vec<(HeadingLevel, String)> {
    let mut headings = Vec::new();
    let mut inside = false;
    for event in Parser::new(guide) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                headings.push((level, String::new()));
                inside = true;
            }
            Event::End(TagEnd::Heading(_)) => inside = false,
            Event::Text(text) | Event::Code(text) if inside => headings.last_mut().unwrap().1.push_str(&text),
            _ => {}
        }
    }
    headings
}

/// The text of all blocks of a language.
fn blocks(guide: &str, wanted: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut inside = false;
    for event in Parser::new(guide) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) if &*language == wanted => {
                blocks.push(String::new());
                inside = true;
            }
            Event::End(TagEnd::CodeBlock) => inside = false,
            Event::Text(text) if inside => blocks.last_mut().unwrap().push_str(&text),
            _ => {}
        }
    }
    blocks
}

#[test]
fn the_sections_stand_in_the_order_in_which_they_are_needed() {
    let plan = planned(&request(&four()));
    let titles: Vec<String> = headings(&plan.guide)
        .into_iter()
        .filter(|(level, _)| *level == HeadingLevel::H2)
        .map(|(_, title)| title)
        .collect();
    assert_eq!(
        titles,
        [
            "What changes, file by file",
            "How a variant is chosen, and changed later",
            "The patterns behind it",
            "The commands",
            "How to check it",
            "Build times and caches",
            "When something goes wrong",
            "Notes",
        ]
    );
}

#[test]
fn every_command_stands_in_the_guide() {
    let plan = planned(&request(&four()));
    let shown: Vec<String> = blocks(&plan.guide, "sh")
        .iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for command in &plan.commands {
        assert!(shown.contains(&command.run), "{} is not shown", command.run);
    }
}

#[test]
fn commands_come_in_the_order_of_use() {
    let machines = [("carbon", Machine::new(Variant::Cpu))];
    let runs: Vec<String> = planned(&request(&machines)).commands.into_iter().map(|command| command.run).collect();
    assert_eq!(
        runs,
        [
            "git commit --all --allow-empty --message 'Before llama.cpp from its own flake'",
            "git add -N machines/carbon-llama-cpp.nix nixos/modules/llama-cpp.nix nixos/overlays/llama-cpp.nix",
            "nix flake lock",
            "nix eval --json .#nixosConfigurations.carbon.pkgs.llama-cpp.cmakeFlags",
            "nixos-rebuild build --flake .#carbon",
            "sudo nixos-rebuild switch --flake .#carbon",
            "llama-server --list-devices",
            "git commit --all --message 'llama.cpp from its own flake, for each machine'",
        ]
    );
}

#[test]
fn an_unchanged_flake_is_only_checked() {
    let mut request = request(&[("carbon", Machine::new(Variant::Cpu))]);
    for file in planned(&request).files {
        request.files.insert(file.path, file.after.unwrap());
    }
    let plan = planned(&request);
    assert_eq!(plan.outcome, Outcome::Unchanged);
    let runs: Vec<&str> = plan.commands.iter().map(|command| command.run.as_str()).collect();
    assert!(runs.iter().all(|run| !run.starts_with("git") && !run.contains("lock")), "{runs:?}");
    assert!(plan.guide.contains("nothing to change") && !plan.guide.contains("What changes"));
}

#[test]
fn odd_names_are_right_in_flake_references() {
    let machines = [("a.b", Machine::new(Variant::Cpu)), ("c'd e", Machine::new(Variant::Cpu))];
    let runs: Vec<String> = planned(&request(&machines)).commands.into_iter().map(|command| command.run).collect();
    for expected in [
        "nix eval --json '.#nixosConfigurations.\"a.b\".pkgs.llama-cpp.cmakeFlags'",
        "nixos-rebuild build --flake .#a.b",
        r#"nix eval --json '.#nixosConfigurations."c'\''d%20e".pkgs.llama-cpp.cmakeFlags'"#,
        r"nixos-rebuild build --flake '.#c'\''d%20e'",
    ] {
        assert!(runs.iter().any(|run| run == expected), "{expected} is not in {runs:#?}");
    }
}

#[test]
fn a_machine_of_an_odd_name_is_known_by_its_file() {
    let plan = planned(&request(&[("build box", march(Variant::Vulkan, "znver4"))]));
    assert!(plan.files.iter().any(|file| file.path == "machines/build-box-llama-cpp.nix"), "{:?}", plan.files);
    assert!(plan.guide.contains("What `build box` itself sets:"), "{}", plan.guide);
    assert!(!plan.guide.contains("extends the finished systems"), "{}", plan.guide);
}

#[test]
fn machines_with_the_same_package_are_checked_together() {
    let guide = planned(&request(&four())).guide;
    let titles: Vec<String> = headings(&guide).into_iter().map(|(_, title)| title).collect();
    assert!(titles.contains(&"beryllium and carbon".to_owned()), "{titles:?}");
}

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
    assert!(guide.contains("- `carbon`: `pkgs.llama-cpp-vulkan` in `carbon.nix`"), "{guide}");
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

#[test]
fn hostile_strings_are_shown_and_nothing_else() {
    let server = Server { model: Some("/srv/`<script>`\"$(rm -rf /)\".gguf".into()), ..Server::default() };
    let machine = Machine { server: Some(server), ..Machine::new(Variant::Cpu) };
    let name = "a](javascript:x)<b>*`$(id)`";
    let plan = planned(&request(&[(name, machine)]));
    for event in Parser::new(&plan.guide) {
        match event {
            Event::Html(html) | Event::InlineHtml(html) => panic!("{html} became HTML"),
            Event::Start(Tag::Link { dest_url, .. }) => panic!("{dest_url} became a link"),
            _ => {}
        }
    }
    let titles: Vec<String> = headings(&plan.guide).into_iter().map(|(_, title)| title).collect();
    assert!(titles.iter().any(|title| title == name), "{titles:?}");
}

#[test]
fn a_plan_that_only_cleans_away_has_its_commands() {
    let mut request = request(&[("carbon", Machine::new(Variant::Cpu))]);
    request.machines.clear();
    request.files.insert(
        "flake.nix".into(),
        FLAKE.replace(
            "NAMES",
            "carbon = nixpkgs.lib.nixosSystem { modules = [ { nixpkgs.overlays = [ (import ./old.nix) ]; } ]; };",
        ),
    );
    request
        .files
        .insert("old.nix".into(), "final: prev: { x = prev.llama-cpp.override { enableCurl = true; }; }\n".into());
    request.options.remove.push("old.nix".into());
    let plan = planned(&request);
    let runs: Vec<&str> = plan.commands.iter().map(|command| command.run.as_str()).collect();
    assert_eq!(
        runs[1..],
        ["git rm --quiet --ignore-unmatch old.nix", "git commit --all --message 'Without the earlier llama.cpp'"]
    );
    let (title, rest) = plan.guide.split_once("\n\n").expect("a title");
    assert_eq!(title, "# The earlier attempt, cleaned away");
    assert!(rest.starts_with("What the form names goes, and whatever imports it."), "{rest}");
    assert!(rest.contains("Your earlier attempt; nothing imports it any more."), "{rest}");
    assert!(plan.guide.contains("January 2026"), "{}", plan.guide);
}

#[test]
fn a_file_of_an_earlier_plan_that_goes_is_called_that() {
    let mut request = request(&[("carbon", Machine::new(Variant::Vulkan))]);
    let first = planned(&request);
    let written = first.files.into_iter().filter_map(|file| Some((file.path, file.after?)));
    request.files.extend(written.collect::<Vec<_>>());
    request.options.paths.overlay = "llama.nix".into();
    let guide = planned(&request).guide;
    assert!(guide.contains("What an earlier plan wrote; nothing imports it any more."), "{guide}");
    assert!(!guide.contains("earlier attempt"), "{guide}");
}

#[test]
fn many_machines_are_a_readable_guide() {
    let names: Vec<String> = (0..150).map(|n| format!("m{n}")).collect();
    let machines: Vec<(&str, Machine)> =
        names.iter().map(|name| (name.as_str(), march(Variant::Vulkan, "znver4"))).collect();
    let request = request(&machines);
    let plan = planned(&request);
    let lines = plan.guide.lines().filter(|line| !line.contains("nix")).count();
    assert!(lines < 300, "{lines} lines besides commands");
    assert!(plan.guide.contains("… and 138 more machines."), "{}", &plan.guide[..2_000]);
}

#[test]
fn the_place_of_each_choice_is_named() {
    let mut request = request(&[("carbon", Machine::new(Variant::Vulkan))]);
    assert!(
        planned(&request)
            .guide
            .contains("- `carbon`: `llama.variant = \"vulkan\";` in `machines/carbon-llama-cpp.nix`")
    );
    request.options.style = Style::Overlay;
    assert!(planned(&request).guide.contains("- `carbon`: `variant = \"vulkan\";` in `flake.nix`"));
}

#[test]
fn of_a_long_line_the_changed_part_is_shown() {
    let mut request = request(&[("carbon", Machine::new(Variant::Vulkan))]);
    let flake = request.files["flake.nix"].split_whitespace().collect::<Vec<_>>().join(" ");
    request.files.insert("flake.nix".into(), flake);
    let diffs = blocks(&planned(&request).guide, "diff");
    let added = diffs[0].lines().find(|line| line.starts_with('+')).unwrap();
    assert!(added.starts_with("+…") && added.contains("llama-cpp"), "{added}");
}
