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
fn planned() -> (Service, Outline) {
    let mut service = Service::default();
    service.answer(Ask::Files(files(EXAMPLE)));
    match service.answer(Ask::Plan(choices())) {
        Said::Planned(outline) => (service, outline),
        other => panic!("{other:?}"),
    }
}

/// The engine's own plan for the example.
fn plan() -> Plan {
    crate::plan(&choices().request(files(EXAMPLE)))
}

#[test]
fn questions_survive_the_way_through_bytes() {
    let asks = [
        Ask::Files(files("{\u{2028}😀}")),
        Ask::Plan(choices()),
        Ask::Judge(vec![case("heron", None)]),
        Ask::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
        Ask::Link { choices: choices(), files: Some(files("")) },
    ];
    for ask in asks {
        let question = Question { id: 7, ask };
        assert_eq!(Question::from_bytes(&question.to_bytes()).unwrap(), question);
    }
}

#[test]
fn every_answer_survives_the_way_through_bytes() {
    let (mut service, _) = planned();
    let paste = include_str!("../../tests/hardware/corpus/command-desktop.txt");
    let link = export::encode(&choices().request(files("{ }")), true).unwrap();
    let asks = [
        Ask::Files(files(EXAMPLE)),
        Ask::Plan(choices()),
        Ask::Read(paste.to_owned()),
        Ask::Judge(vec![case("heron", Some(paste)), case("osprey", None)]),
        Ask::Strokes("{ a = \"😀\"; b = 1; }".into()),
        Ask::Show { path: "flake.nix".into(), view: View::Unified { whole: false } },
        Ask::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
        Ask::Show { path: "nowhere".into(), view: View::File },
        Ask::Guide,
        Ask::Zip,
        Ask::Link { choices: choices(), files: None },
        Ask::Open(link),
        Ask::Open("#nothing".into()),
        Ask::Open("#v9.abc".into()),
        Ask::Draft(
            Draft { choices: choices(), machines: Vec::new(), by_hand: Vec::new(), gpus: Vec::new() }
                .text(&files("{ }"))
                .unwrap(),
        ),
        Ask::Draft("{}".into()),
        Ask::Search("3090".into()),
        Ask::Cpus,
    ];
    for ask in asks {
        let answer = Answer { id: 1, micros: 2, said: service.answer(ask) };
        assert_eq!(Answer::from_bytes(&answer.to_bytes()).unwrap(), answer);
    }
}

/// What is to be judged of a machine of the example that printed this of itself.
fn case(name: &str, paste: Option<&str>) -> Case {
    let reading = paste.map(|paste| serde_json::to_string(&hardware::read(paste)).unwrap());
    let machine = choices().machines.into_iter().find(|(own, _)| own == name).unwrap().1;
    Case { name: name.into(), machine, reading, gpus: Vec::new() }
}

#[test]
fn bytes_that_are_cut_off_are_an_error() {
    let (mut service, _) = planned();
    let said = service.answer(Ask::Guide);
    let bytes = Answer { id: 1, micros: 2, said }.to_bytes();
    for end in 0..bytes.len() {
        assert!(Answer::from_bytes(&bytes[..end]).is_none(), "{end} of {}", bytes.len());
    }
}

#[test]
fn it_plans_with_the_files_given_last() {
    let (mut service, outline) = planned();
    let plan = plan();
    assert_eq!((outline.outcome, outline.machines, &outline.guide), (plan.outcome, 2, &plan.guide));
    for (changed, file) in outline.files.iter().zip(&plan.files) {
        assert_eq!((&changed.path, &changed.before, &changed.after), (&file.path, &file.before, &file.after));
        assert!(changed.added > 0);
    }
    service.answer(Ask::Files(files("{ outputs = _: { }; }")));
    assert!(matches!(service.answer(Ask::Guide), Said::Guide(blocks) if blocks.is_empty()), "the old plan is gone");
    assert!(matches!(service.answer(Ask::Zip), Said::Refused(_)));
}

#[test]
fn what_is_taken_away_is_the_engines_own() {
    let (mut service, _) = planned();
    assert_eq!(service.answer(Ask::Zip), Said::Taken(export::zip(&plan()).unwrap()));
    assert_eq!(service.answer(Ask::Patch), Said::Taken(export::patch(&plan()).unwrap().into_bytes()));
}

#[test]
fn a_machine_is_judged_by_what_it_says_of_itself_before_what_the_flake_suggests() {
    let (mut service, _) = planned();
    let paste = include_str!("../../tests/hardware/corpus/command-desktop.txt");
    let Said::Judged(judgements) = service.answer(Ask::Judge(vec![case("heron", Some(paste)), case("osprey", None)]))
    else {
        panic!("not judged")
    };
    let reading = hardware::read(paste);
    let machine = case("heron", None).machine;
    let own = hardware::judge(&machine, "x86_64-linux").into_iter().chain(hardware::compare(&machine, &reading));
    assert_eq!(judgements[0].verdicts, own.map(Verdict::from).collect::<Vec<_>>());
    assert_eq!(judgements[0].advice, Some(hardware::recommend(&reading).into()));
    assert_eq!(judgements[1].advice, None, "nothing was read of it");
    let foreign = Case { reading: Some("{}".into()), ..case("heron", None) };
    assert!(matches!(service.answer(Ask::Judge(vec![foreign])), Said::Refused(_)), "that is no reading of ours");
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
    let mut show = |view| match service.answer(Ask::Show { path: "flake.nix".into(), view }) {
        Said::Shown(Some(shown)) => shown,
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
