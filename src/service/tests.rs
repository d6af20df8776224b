use super::*;
use crate::request::{Files, Request};

const EXAMPLE: &str = include_str!("../page/example/flake.nix");

fn choices() -> Choices {
    let text =
        r#"{"files":{},"machines":{"heron":{"variant":"vulkan","cpu":{"mode":"native"}},"osprey":{"variant":"cuda"}}}"#;
    serde_json::from_str::<Request>(text).unwrap().into()
}

fn files(text: &str) -> Files {
    Files::from([("flake.nix".to_owned(), text.to_owned())])
}

/// A service that has planned the example, and what it said.
fn planned() -> (Service, Plan) {
    let mut service = Service::default();
    service.answer(Question::Files(files(EXAMPLE)));
    match service.answer(Question::Plan(choices())) {
        Answer::Planned(planned) => (service, planned.plan),
        other => panic!("{other:?}"),
    }
}

/// The engine's own plan for the example, as far as it travels.
fn plan() -> Plan {
    let plan = crate::plan(&choices().request(files(EXAMPLE)));
    borsh::from_slice(&borsh::to_vec(&plan).unwrap()).unwrap()
}

#[test]
fn questions_survive_the_way_through_bytes() {
    let questions = [
        Question::Files(files("{\u{2028}😀}")),
        Question::Plan(choices()),
        Question::Judge(vec![case("heron", None)]),
        Question::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
        Question::MakeLink { choices: choices(), files: Some(files("")) },
    ];
    for question in questions {
        let call = Call { id: 7, question };
        assert_eq!(borsh::from_slice::<Call>(&borsh::to_vec(&call).unwrap()).unwrap(), call);
    }
}

#[test]
fn every_answer_survives_the_way_through_bytes() {
    let (mut service, _) = planned();
    let paste = include_str!("../../tests/hardware/corpus/command-desktop.txt");
    let link = export::encode(&choices().request(files("{ }")), true).unwrap();
    let questions = [
        Question::Files(files(EXAMPLE)),
        Question::Plan(choices()),
        Question::ReadHardware { earlier: Vec::new(), text: paste.to_owned() },
        Question::Judge(vec![case("heron", Some(paste)), case("osprey", None)]),
        Question::Colours("{ a = \"😀\"; b = 1; }".into()),
        Question::Show { path: "flake.nix".into(), view: View::Unified { whole: false } },
        Question::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
        Question::Show { path: "nowhere".into(), view: View::File },
        Question::Guide,
        Question::Zip,
        Question::MakeLink { choices: choices(), files: None },
        Question::OpenLink(link),
        Question::OpenLink("#nothing".into()),
        Question::OpenLink("#v9.abc".into()),
        Question::OpenDraft(
            Draft { choices: choices(), machines: Vec::new(), by_hand: Vec::new(), gpus: Vec::new() }
                .text(&files("{ }"))
                .unwrap(),
        ),
        Question::OpenDraft("{}".into()),
        Question::SearchGpus("3090".into()),
        Question::Cpus,
    ];
    for question in questions {
        let reply = Reply { id: 1, micros: 2, answer: service.answer(question) };
        assert_eq!(borsh::from_slice::<Reply>(&borsh::to_vec(&reply).unwrap()).unwrap(), reply);
    }
}

/// What is to be judged of a machine of the example that printed this of itself.
fn case(name: &str, paste: Option<&str>) -> Case {
    let reading = paste.map(hardware::read);
    let machine = choices().machines.into_iter().find(|(own, _)| own.as_str() == name).unwrap().1;
    Case { name: name.into(), machine, reading, gpus: Vec::new() }
}

#[test]
fn bytes_that_are_cut_off_are_an_error() {
    let (mut service, _) = planned();
    let answer = service.answer(Question::Guide);
    let bytes = borsh::to_vec(&Reply { id: 1, micros: 2, answer }).unwrap();
    for end in 0..bytes.len() {
        assert!(borsh::from_slice::<Reply>(&bytes[..end]).is_err(), "{end} of {}", bytes.len());
    }
}

#[test]
fn it_plans_with_the_files_given_last() {
    let (mut service, planned) = planned();
    assert_eq!(planned, plan());
    service.answer(Question::Files(files("{ outputs = _: { }; }")));
    assert!(
        matches!(service.answer(Question::Guide), Answer::Guide(blocks) if blocks.is_empty()),
        "the old plan is gone"
    );
    assert!(matches!(service.answer(Question::Zip), Answer::Refused(_)));
}

#[test]
fn what_is_taken_away_is_the_engines_own() {
    let (mut service, _) = planned();
    assert_eq!(service.answer(Question::Zip), Answer::File(export::zip(&plan()).unwrap()));
    assert_eq!(service.answer(Question::Patch), Answer::File(export::patch(&plan()).unwrap().into_bytes()));
}

#[test]
fn a_machine_is_judged_by_what_it_says_of_itself_before_what_the_flake_suggests() {
    let (mut service, _) = planned();
    let paste = include_str!("../../tests/hardware/corpus/command-desktop.txt");
    let Answer::Judged(judgements) =
        service.answer(Question::Judge(vec![case("heron", Some(paste)), case("osprey", None)]))
    else {
        panic!("not judged")
    };
    let reading = hardware::read(paste);
    let machine = case("heron", None).machine;
    let own = hardware::judge(&machine, "x86_64-linux").into_iter().chain(hardware::compare(&machine, &reading));
    assert_eq!(judgements[0].verdicts, own.collect::<Vec<_>>());
    assert_eq!(judgements[0].advice, Some(hardware::recommend(&reading)));
    assert_eq!(judgements[1].advice, None, "nothing was read of it");
}

/// The text that a reader sees, line by line.
fn lines(rows: &[Row]) -> Vec<(usize, String)> {
    let line = |row: &Row| match row {
        Row::Line { new, old, spans, .. } => Some((new.or(*old)?, text(spans))),
        _ => None,
    };
    rows.iter().filter_map(line).collect()
}

fn text(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

#[test]
fn what_is_shown_whole_is_the_whole_file_on_both_sides() {
    let (mut service, _) = planned();
    let plan = plan();
    let file = plan.files.iter().find(|file| file.path == "flake.nix").unwrap();
    let (before, after) = (file.before.as_deref().unwrap(), file.after.as_deref().unwrap());
    let numbered =
        |text: &str| text.lines().enumerate().map(|(at, line)| (at + 1, line.to_owned())).collect::<Vec<_>>();
    let mut show = |view| match service.answer(Question::Show { path: "flake.nix".into(), view }) {
        Answer::Shown(Some(shown)) => shown,
        other => panic!("{other:?}"),
    };

    let whole = show(View::SideBySide { whole: true });
    assert_eq!(pairs(&whole.rows, true), numbered(before));
    assert_eq!(pairs(&whole.rows, false), numbered(after));

    let file_view = show(View::File);
    assert_eq!(lines(&file_view.rows), numbered(after));

    let unified = show(View::Unified { whole: false });
    let folded: usize = unified.rows.iter().map(|row| if let Row::Fold(lines) = row { *lines } else { 0 }).sum();
    assert_eq!(lines(&unified.rows).len() + folded, before.lines().count() + unified.added);
    assert!(unified.rows.iter().any(|row| matches!(row, Row::Reason(_))));
    let of_osprey = |row: &&Row| matches!(row, Row::Line { marks, .. } if marks.iter().any(|mark| mark.machine.as_deref() == Some("osprey")));
    assert!(unified.rows.iter().any(|row| of_osprey(&row)), "lines are known by their machine");
}

fn pairs(rows: &[Row], old_side: bool) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for row in rows {
        let Row::Pair { old, new, .. } = row else { continue };
        if let Some(cell) = if old_side { old } else { new } {
            found.push((cell.number, text(&cell.spans)));
        }
    }
    found
}

#[test]
fn choices_that_cannot_work_are_left_out_and_the_others_are_planned() {
    let mut service = Service::default();
    service.answer(Question::Files(files(EXAMPLE)));
    let mut choices = choices();
    choices.machines[1].1.cuda_capabilities = vec!["no number".to_owned()];
    let Answer::Planned(planned) = service.answer(Question::Plan(choices.clone())) else { panic!("not planned") };
    assert_eq!(planned.impossible, ["osprey"]);
    assert_eq!(planned.plan.outcome, crate::report::Outcome::Complete);
    let (name, machine) = choices.machines[1].clone();
    let case = Case { name, machine, reading: None, gpus: Vec::new() };
    let Answer::Judged(judged) = service.answer(Question::Judge(vec![case])) else { panic!("not judged") };
    assert_eq!(judged[0].remedy, Some(Variant::Vulkan), "there the list is not used");
}

#[test]
fn what_is_pasted_later_is_read_together_with_what_was_pasted_before() {
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204]\n";
    let cpu = "Architecture: x86_64\nVendor ID: AuthenticAMD\nModel name: AMD Ryzen 9 5950X 16-Core Processor\n";
    let first = HardwareRead::of(Vec::new(), card.to_owned());
    let both = HardwareRead::of(first.pastes, cpu.to_owned());
    assert_eq!(both.reading.gpus.len(), 1);
    assert!(both.reading.cpu.is_some());
    assert_eq!(both.recommendation.machine.variant, Variant::Cuda);
    let again = HardwareRead::of(both.pastes.clone(), cpu.to_owned());
    assert_eq!(again.pastes.len(), 2, "the same command's output takes the place of the earlier one");
    assert_eq!(HardwareRead::of(both.pastes.clone(), "nothing known".to_owned()).pastes, both.pastes);
}

#[test]
fn a_paste_of_several_machines_is_told_apart_and_each_is_read_for_itself() {
    let text = "$ ssh heron lscpu\nArchitecture: x86_64\nVendor ID: AuthenticAMD\nModel name: AMD Ryzen 7 7840U w/ Radeon 780M Graphics\n\
                $ ssh wren lscpu\nArchitecture: x86_64\nVendor ID: GenuineIntel\nModel name: Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz\n";
    let mut service = Service::default();
    let question = Question::ReadHardware { earlier: Vec::new(), text: text.to_owned() };
    let Answer::SeveralMachines(machines) = service.answer(question) else { panic!("not told apart") };
    let hosts: Vec<_> = machines.iter().map(|one| one.host.as_deref()).collect();
    assert_eq!(hosts, [Some("heron"), Some("wren")]);
    assert!(machines[1].parts[0].contains("i7-8550U"), "{machines:#?}");
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204]\n";
    let pastes = machines.into_iter().map(|one| Pastes { earlier: vec![card.to_owned()], new: vec![one.text] });
    let Answer::EachRead(read) = service.answer(Question::ReadEach(pastes.collect())) else { panic!("not read") };
    assert_eq!(read.len(), 2);
    for (one, march) in read.iter().zip(["znver4", "skylake"]) {
        assert_eq!(one.reading.gpus.len(), 1, "with what was pasted before");
        let name = &one.recommendation.machine.cpu;
        assert_eq!(*name, crate::request::Cpu::March { march: march.to_owned() });
    }
}

/// The fields that a line of a file is marked by.
fn marks_in(service: &mut Service, path: &str, line: &str) -> Vec<Mark> {
    let question = Question::Show { path: path.to_owned(), view: View::Unified { whole: true } };
    let Answer::Shown(Some(shown)) = service.answer(question) else { panic!("{path} is not shown") };
    let found = shown.rows.iter().find_map(|row| match row {
        Row::Line { spans, marks, .. } if text(spans).contains(line) => Some(marks.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| panic!("{line} is not in {path}: {shown:#?}"))
}

#[test]
fn the_marks_of_a_line_are_those_of_the_choices_that_made_it() {
    use crate::request::Field;
    // Names that are words in paths of ours and in reasons.
    let flake = EXAMPLE.replace("osprey", "nixos").replace("heron", "llama");
    let mut service = Service::default();
    service.answer(Question::Files(files(&flake)));
    let mut choices = choices();
    for (name, _) in &mut choices.machines {
        name.name = name.name.replace("osprey", "nixos").replace("heron", "llama");
    }
    choices.machines[1].1.cuda_capabilities = vec!["8.9".into()];
    choices.options.binary_caches = true;
    let Answer::Planned(planned) = service.answer(Question::Plan(choices)) else { panic!("not planned") };
    assert_eq!(planned.plan.outcome, crate::report::Outcome::Complete, "{:#?}", planned.plan.diagnostics);
    let own = "machines/nixos-llama-cpp.nix";
    let machine = |field| vec![Mark::machine("nixos", field)];
    assert_eq!(marks_in(&mut service, own, "variant ="), machine(Field::Variant));
    assert_eq!(marks_in(&mut service, own, "cuda.capabilities ="), machine(Field::Capabilities));
    assert_eq!(marks_in(&mut service, own, "videoDrivers"), machine(Field::Drivers));
    assert_eq!(marks_in(&mut service, own, "extra-substituters"), [Mark::fleet(MarkField::Caches)]);
    assert_eq!(marks_in(&mut service, "flake.nix", "llama-cpp = {"), [Mark::fleet(MarkField::Input)]);
    let whole = |name: &str| vec![Mark { machine: Some(name.into()), field: MarkField::Whole }];
    assert_eq!(marks_in(&mut service, "flake.nix", "./machines/nixos-llama-cpp.nix"), whole("nixos"));
    assert_eq!(marks_in(&mut service, "flake.nix", "./machines/llama-llama-cpp.nix"), whole("llama"));
    // What no single choice makes, whatever words are in it.
    let overlay = "nixos/overlays/llama-cpp.nix";
    assert_eq!(marks_in(&mut service, overlay, "cudaSupport = true;"), []);
    assert_eq!(marks_in(&mut service, overlay, "variant == null"), [Mark::fleet(MarkField::Alias)]);
}

#[test]
fn in_the_overlay_style_each_parameter_is_its_fields() {
    use crate::request::Field;
    let mut service = Service::default();
    service.answer(Question::Files(files(EXAMPLE)));
    let mut choices = choices();
    choices.options.style = crate::request::Style::Overlay;
    choices.machines[1].1.cuda_capabilities = vec!["8.9".into()];
    service.answer(Question::Plan(choices));
    let marks = marks_in(&mut service, "machines/osprey-llama-cpp.nix", "cudaCapabilities =");
    assert_eq!(marks.last(), Some(&Mark::machine("osprey", Field::Capabilities)), "{marks:?}");
    let marks = marks_in(&mut service, "machines/osprey-llama-cpp.nix", "variant =");
    assert_eq!(marks.last(), Some(&Mark::machine("osprey", Field::Variant)), "{marks:?}");
}

#[test]
fn a_change_that_only_takes_away_has_its_reason_at_its_line() {
    let flake = "{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";\n\n  outputs = { nixpkgs, ... }: {\n    nixosConfigurations.a = nixpkgs.lib.nixosSystem {\n      system = \"x86_64-linux\";\n      modules = [\n        ({ pkgs, ... }: {\n          environment.systemPackages = [\n            pkgs.git\n            pkgs.llama-cpp\n          ];\n        })\n      ];\n    };\n  };\n}\n";
    let mut service = Service::default();
    service.answer(Question::Files(files(flake)));
    let machines = vec![(MachineName::new(MachineKind::NixOs, "a"), Machine::new(Variant::Vulkan))];
    // With a name of its own the new package stands beside nixpkgs' in one list.
    let options = crate::request::Options { alias: false, ..Default::default() };
    let Answer::Planned(planned) = service.answer(Question::Plan(Choices { machines, options })) else { panic!() };
    for view in [View::Unified { whole: false }, View::SideBySide { whole: false }] {
        let Answer::Shown(Some(shown)) = service.answer(Question::Show { path: "flake.nix".into(), view }) else {
            panic!()
        };
        let goes = |row: &Row| match row {
            Row::Line { old: Some(_), new: None, spans, .. } => text(spans).contains("pkgs.llama-cpp"),
            Row::Pair { old: Some(old), new: None, .. } => text(&old.spans).contains("pkgs.llama-cpp"),
            _ => false,
        };
        let at =
            shown.rows.iter().position(goes).unwrap_or_else(|| panic!("{:#?}\n{shown:#?}", planned.plan.diagnostics));
        assert!(
            matches!(&shown.rows[at - 1], Row::Reason(why) if why.contains("nixpkgs' own llama.cpp")),
            "{:#?}",
            &shown.rows[at - 1]
        );
    }
}
