use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::report::{Outcome, Plan};
use crate::request::{Cpu, Install, Machine, Request, Server, Style, Variant};

mod words;

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
            "The commands",
            "How to check it",
            "Notes",
            "What it gains",
            "What changes, file by file",
            "Build times and caches",
            "When something goes wrong",
            "How a variant is chosen, and changed later",
            "The patterns behind it",
        ]
    );
    let tops: Vec<String> = headings(&plan.guide)
        .into_iter()
        .filter(|(level, _)| *level == HeadingLevel::H1)
        .map(|(_, title)| title)
        .collect();
    assert_eq!(tops, ["llama.cpp on 5 machines", "To read when you want to"]);
    let (before, _) = plan.guide.split_once("# To read when you want to").unwrap();
    assert!(before.contains("## Notes") && !before.contains("## What it gains"));
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
            "unzip -o ~/Downloads/llama-cpp-fleet.zip",
            "git add -N machines/carbon-llama-cpp.nix nixos/modules/llama-cpp.nix nixos/overlays/llama-cpp.nix",
            "nix flake lock",
            "nix eval --json .#nixosConfigurations.carbon.pkgs.llama-cpp.cmakeFlags",
            "nixos-rebuild build --flake .#carbon",
            "sudo nixos-rebuild switch --flake .#carbon",
            "llama-server --list-devices",
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
    assert_eq!(runs[1..], ["git rm --quiet --ignore-unmatch old.nix"]);
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
    assert!(planned(&request).guide.contains("- `carbon`: `variant = \"vulkan\";` in `machines/carbon-llama-cpp.nix`"));
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

#[test]
fn the_words_are_true_of_llama_cpp_as_it_is_today() {
    let guide = planned(&request(&four())).guide;
    for said in [
        "`llama-completion -m MODEL`",
        "`llama-server -m MODEL -lv 4`",
        "3 to 15 times as fast at generating",
        "about 1.4 times",
    ] {
        assert!(guide.contains(said), "{said} is not in:\n{guide}");
    }
    for old in
        ["git commit --all", "git reset --hard", "2.19", "2.18", "--update-input", "`llama-cli`, `llama-bench` and"]
    {
        assert!(!guide.contains(old), "{old} is in:\n{guide}");
    }
}
