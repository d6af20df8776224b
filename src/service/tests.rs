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

/// The engine's own plan for the example.
fn plan() -> Plan {
    crate::plan(&choices().request(files(EXAMPLE)))
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
