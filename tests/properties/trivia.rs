//! Whatever a person may put between two words, and however their editor ends lines, the plan stays what it was.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use llama_fleet::report::{How, Outcome, Plan};
use llama_fleet::request::Request;
use proptest::prelude::*;
use proptest::sample::Index;
use rnix::{SyntaxKind, SyntaxToken};

use crate::generated::request;
use crate::recipe::recipes;
use crate::{oracle, repository};

/// What must not depend on trivia.
#[derive(Debug, Clone, PartialEq)]
struct Decision {
    outcome: Outcome,
    machines: BTreeMap<String, How>,
    codes: BTreeSet<String>,
}

impl Decision {
    fn of(plan: &Plan) -> Decision {
        Decision {
            outcome: plan.outcome,
            machines: plan.machines.iter().map(|machine| (machine.name.clone(), machine.how)).collect(),
            // a mark is warned of, and that is all it does
            codes: codes(plan).filter(|code| *code != MARKED).map(str::to_owned).collect(),
        }
    }
}

const MARKED: &str = "byte-order-mark";

fn codes(plan: &Plan) -> impl Iterator<Item = &str> {
    plan.diagnostics.iter().map(|diagnostic| diagnostic.code.as_str())
}

/// A file with a mark is warned of, unless the flake is not read at all.
fn says_of_the_mark(plan: &Plan, path: &str, text: &str) -> bool {
    let is_marked = path.ends_with(".nix") && text.starts_with('\u{feff}');
    plan.outcome == Outcome::Refused || !is_marked || codes(plan).any(|code| code == MARKED)
}

/// The plan, judged as everywhere but for one thing: among blanks and comments that nobody writes, a second plan may
/// set its own line anew. That a plan changes nothing when it is made again holds for files as people write them, and
/// the golden cases and the user's fleet show it.
fn judged(request: &Request) -> Result<Plan, String> {
    oracle::check(request).or_else(|failure| {
        if failure.starts_with("applied and planned again") { Ok(llama_fleet::plan(request)) } else { Err(failure) }
    })
}

struct Known {
    name: String,
    request: Request,
    decision: Decision,
}

/// The cases whose files all parse, with what is decided for them as they are.
static CASES: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let requests = repository::all_cases().into_iter().map(|case| {
        let request = case.request().unwrap_or_else(|error| panic!("{}: {error}", case.name));
        (case.name, request)
    });
    let parse = |request: &Request| request.files.values().all(|text| oracle::parse(text).errors().is_empty());
    requests
        // a service that an earlier plan wrote is ours word for word: a comment in it makes it the user's
        .filter(|(_, request)| request.files.values().all(|text| !text.contains("settings = server")))
        // nesting of thousands is refused before it is parsed
        .filter(|(_, request)| request.files.values().all(|text| !text.contains("((((")) && parse(request))
        .map(|(name, request)| {
            let decision = Decision::of(&llama_fleet::plan(&request));
            Known { name, request, decision }
        })
        .collect()
});

#[test]
fn a_megabyte_of_comments_decides_nothing() {
    let known = CASES
        .iter()
        .find(|known| known.name == "inputs-layout/dotted-inputs-go-after-the-last-of-them")
        .expect("a case");
    let mut request = known.request.clone();
    let text = request.files.get_mut("flake.nix").expect("a flake");
    text.push_str(&"# what a person keeps at the end of a file, line after line\n".repeat((1 << 20) / 60));
    let plan = oracle::check(&request).unwrap_or_else(|failure| panic!("{failure:.500}"));
    assert_eq!(Decision::of(&plan), known.decision, "{:?}", plan.diagnostics);
}

#[derive(Debug, Clone)]
enum Change {
    /// Trivia at token boundaries of one file.
    Insert(Vec<(Index, &'static str)>),
    Crlf,
    ByteOrderMark,
    NoFinalNewline,
}

fn changes() -> impl Strategy<Value = Change> {
    let text =
        prop::sample::select(vec!["# note\n", "\n# note\n", "/* note */", "/* two\n lines */", "\n", "\t", "\n\n"]);
    prop_oneof![
        8 => prop::collection::vec((any::<Index>(), text), 1..4).prop_map(Change::Insert),
        1 => Just(Change::Crlf),
        1 => Just(Change::ByteOrderMark),
        1 => Just(Change::NoFinalNewline),
    ]
}

/// The words of a text, where each begins, and whether what an earlier plan wrote is ours no more with trivia before it.
fn words(text: &str) -> Vec<(SyntaxKind, String, usize, bool)> {
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    oracle::parse(text)
        .syntax()
        .descendants_with_tokens()
        .filter_map(|element| element.into_token())
        .filter(|token| !matches!(token.kind(), SyntaxKind::TOKEN_WHITESPACE | SyntaxKind::TOKEN_COMMENT))
        .map(|token| {
            let start = usize::from(token.text_range().start()) + mark;
            (token.kind(), token.text().to_owned(), start, is_within_a_package(&token))
        })
        .collect()
}

/// A package in a list is ours word for word, like a service: a comment in it makes it the user's.
fn is_within_a_package(token: &SyntaxToken) -> bool {
    token.parent_ancestors().any(|node| {
        let text = node.text().to_string();
        let is_package = text.starts_with("pkgs.llama-cpp-") || text == "config.llama.package";
        node.kind() == SyntaxKind::NODE_SELECT && is_package && node.first_token().as_ref() != Some(token)
    })
}

/// Puts trivia before a word, or before the next one where Nix reads it as trivia.
fn insert(text: &str, at: &Index, trivia: &str) -> String {
    let before = words(text);
    if before.is_empty() {
        return text.to_owned();
    }
    let first = at.index(before.len());
    let places = before[first..].iter().chain(&before[..first]);
    let places = places.filter(|(.., is_within)| !is_within).map(|(.., start, _)| *start);
    let same = |changed: &str| {
        let after = words(changed);
        oracle::parse(changed).errors().is_empty()
            && after.len() == before.len()
            && after.iter().zip(&before).all(|(one, two)| (one.0, &one.1) == (two.0, &two.1))
    };
    places
        .map(|start| format!("{} {trivia} {}", &text[..start], &text[start..]))
        .find(|changed| same(changed))
        .unwrap_or_else(|| text.to_owned())
}

impl Change {
    fn apply(&self, text: &str) -> String {
        match self {
            Change::Insert(pieces) => {
                pieces.iter().fold(text.to_owned(), |text, (at, trivia)| insert(&text, at, trivia))
            }
            Change::Crlf => text.replace("\r\n", "\n").replace('\n', "\r\n"),
            Change::ByteOrderMark => format!("\u{feff}{}", text.strip_prefix('\u{feff}').unwrap_or(text)),
            Change::NoFinalNewline => text.trim_end().to_owned(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trivia_decides_nothing(case in any::<Index>(), file in any::<Index>(), change in changes()) {
        let known = case.get(&CASES);
        let mut request = known.request.clone();
        // a file of ours is written anew, whatever stands in it, and one that the request removes is gone
        let removed = &request.options.remove;
        let theirs = request.files.iter().filter(|(path, text)| {
            !text.contains("Made with Llamafleet") && !removed.contains(path)
        });
        let (path, text) = file.get(&theirs.collect::<Vec<_>>()).to_owned();
        let (path, text) = (path.clone(), change.apply(text));
        request.files.insert(path.clone(), text.clone());
        let plan = judged(&request);
        let plan = plan.map_err(|failure| TestCaseError::fail(format!("{}, {path}: {failure}\n{text}", known.name)))?;
        prop_assert!(says_of_the_mark(&plan, &path, &text), "{}, {}", known.name, path);
        prop_assert_eq!(
            &Decision::of(&plan), &known.decision,
            "{}, {}: {:?}\n{}", known.name, path, plan.diagnostics, text
        );
    }

    #[test]
    fn trivia_decides_nothing_in_generated_flakes(recipe in recipes(), change in changes()) {
        let mut request = request(&recipe);
        let decision = Decision::of(&llama_fleet::plan(&request));
        let text = change.apply(&request.files["flake.nix"]);
        request.files.insert("flake.nix".to_owned(), text.clone());
        let plan = judged(&request);
        let plan = plan.map_err(|failure| TestCaseError::fail(format!("{failure}\n=== of\n{text}")))?;
        prop_assert!(says_of_the_mark(&plan, "flake.nix", &text), "{text}");
        prop_assert_eq!(&Decision::of(&plan), &decision, "{:?}\n{}", plan.diagnostics, text);
    }
}
