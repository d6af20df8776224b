//! Links and archives that were made to do harm.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use llama_fleet::export::{LinkError, decode, patch, zip};
use llama_fleet::plan;
use llama_fleet::report::Outcome;
use llama_fleet::request::Files;
use miniz_oxide::deflate::compress_to_vec;

use crate::tools::{GOOD, request};

fn link(json: &str) -> String {
    format!("#v1.{}", URL_SAFE_NO_PAD.encode(compress_to_vec(json.as_bytes(), 6)))
}

#[test]
fn bombs_are_not_unpacked() {
    let bomb = link(&format!(r#"{{"files":{{"flake.nix":"{}"}}}}"#, "a".repeat(100 << 20)));
    println!("a link of {} bytes that unpacks to 100 MB", bomb.len());
    assert_eq!(decode(&bomb), Err(LinkError::TooLarge));
    assert_eq!(decode(&format!("#v1.{}", "A".repeat(5 << 20))), Err(LinkError::TooLong));
}

#[test]
fn links_that_are_no_request_are_refused() {
    for json in [
        "[".repeat(1_000_000),
        format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("{{\"options\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        "{\"a\":".repeat(100_000),
        "\0".repeat(1_000),
        r#"{"files":"x"}"#.into(),
        r#"{"machines":{"a":1}}"#.into(),
        "\"\\ud800\"".into(),
    ] {
        let shown: String = json.chars().take(30).collect();
        assert!(decode(&link(&json)).is_err(), "{shown}");
    }
    for text in ["", "#", "#v1.", "#v2.AAAA", "#v1.====", "#v1.🦙", "javascript:alert(1)", "#v99999999999999.x"] {
        assert!(decode(text).is_err(), "{text}");
    }
}

/// What a link holds is judged like what is pasted.
#[test]
fn a_link_with_hostile_files_is_answered() {
    let files = format!(r#""flake.nix":{},"../../etc/passwd":"{{ }}""#, serde_json::Value::from(GOOD));
    let link = link(&format!(r#"{{"files":{{{files}}},"machines":{{"carbon":{{"variant":"cpu"}}}}}}"#));
    let request = decode(&link).expect("it is a request").request;
    assert_eq!(plan(&request).outcome, Outcome::Refused);
}

#[test]
fn archives_and_patches_hold_no_path_outside_of_the_repository() {
    let files = Files::from([("flake.nix".to_owned(), GOOD.to_owned())]);
    let plan = plan(&request(files, "carbon"));
    assert_eq!(plan.outcome, Outcome::Complete);
    assert!(zip(&plan).is_ok());
    for path in ["../x.nix", "/x.nix", "a/../../x.nix", "a\\x.nix", "C:/x.nix", "a/.GIT/x", "a\nb"] {
        for at in 0..plan.files.len() {
            let mut slipped = plan.clone();
            slipped.files[at].path = path.to_owned();
            assert!(zip(&slipped).is_err(), "{path}");
            assert!(patch(&slipped).is_err(), "{path}");
        }
    }
}
