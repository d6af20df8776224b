use super::*;

const EXAMPLE: &str = include_str!("../page/example/flake.nix");

fn request() -> Request {
    let text =
        r#"{"files":{},"machines":{"heron":{"variant":"vulkan","cpu":{"mode":"native"}},"osprey":{"variant":"cuda"}}}"#;
    serde_json::from_str(text).unwrap()
}

/// A service that has planned the example.
fn planned() -> (Service, Plan) {
    let mut service = Service::default();
    service.answer(Ask::Files(Files::from([("flake.nix".to_owned(), EXAMPLE.to_owned())])));
    match service.answer(Ask::Plan(Box::new(request()))) {
        Said::Planned { plan, counts } => {
            assert_eq!(counts.len(), plan.files.len());
            (service, plan)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn questions_survive_the_way_through_json() {
    let asks = [
        Ask::Files(Files::from([("flake.nix".into(), "{\u{2028}😀}".into())])),
        Ask::Plan(Box::new(request())),
        Ask::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
    ];
    for ask in asks {
        let question = Question { id: 7, ask };
        let text = serde_json::to_string(&question).unwrap();
        assert_eq!(serde_json::from_str::<Question>(&text).unwrap(), question);
    }
}

#[test]
fn every_answer_survives_the_way_through_json() {
    let (mut service, _) = planned();
    let paste = include_str!("../../tests/hardware/corpus/command-desktop.txt");
    let Said::Read(reading, _) = service.answer(Ask::Read(paste.to_owned())) else { panic!("not read") };
    assert!(!reading.is_empty() && reading.cpu.is_some());
    let known = Known { reading: Some(*reading), ..Known::default() };
    let asks = [
        Ask::Read(paste.to_owned()),
        Ask::Judge { request: Box::new(request()), known: BTreeMap::from([("heron".to_owned(), known)]) },
        Ask::Strokes("{ a = \"😀\"; b = 1; }".into()),
        Ask::Show { path: "flake.nix".into(), view: View::Unified { whole: false } },
        Ask::Show { path: "flake.nix".into(), view: View::SideBySide { whole: true } },
        Ask::Show { path: "nowhere".into(), view: View::File },
        Ask::Guide,
        Ask::Zip,
        Ask::Link { request: Box::new(request()), with_files: false },
        Ask::Open("#nothing".into()),
        Ask::Open("#v9.abc".into()),
        Ask::Search("3090".into()),
    ];
    for ask in asks {
        let answer = Answer { id: 1, micros: 2, said: service.answer(ask) };
        let text = serde_json::to_string(&answer).unwrap();
        assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
    }
}

#[test]
fn it_plans_with_the_files_given_last() {
    let (mut service, plan) = planned();
    let files = Files::from([("flake.nix".to_owned(), EXAMPLE.to_owned())]);
    assert_eq!(plan, crate::plan(&Request { files, ..request() }));
    service.answer(Ask::Files(Files::from([("flake.nix".to_owned(), "{ outputs = _: { }; }".to_owned())])));
    assert!(matches!(service.answer(Ask::Guide), Said::Guide(blocks) if blocks.is_empty()), "the old plan is gone");
    assert!(matches!(service.answer(Ask::Zip), Said::Taken(Err(_))));
}

#[test]
fn what_is_taken_away_is_the_engines_own() {
    let (mut service, plan) = planned();
    assert_eq!(service.answer(Ask::Zip), Said::Taken(Ok(export::zip(&plan).unwrap())));
    assert_eq!(service.answer(Ask::Patch), Said::Taken(Ok(export::patch(&plan).unwrap().into_bytes())));
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
    let (mut service, plan) = planned();
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
