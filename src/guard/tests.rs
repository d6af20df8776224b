use super::*;

#[track_caller]
fn refused(text: &str, words: &str, line: u32) {
    let refusal = check(text).expect_err("it should be refused");
    assert!(refusal.message.contains(words), "{refusal:?}");
    assert_eq!(refusal.line, line, "{refusal:?}");
    assert!(refusal.hint.is_some());
}

#[track_caller]
fn taken(text: &str) {
    assert_eq!(check(text).map(drop), Ok(()));
}

#[test]
fn ordinary_text_is_taken() {
    taken("");
    taken("\u{feff}{ a = \"grün\"; }\r\n");
    taken("{ inputs.a.url = \"b\"; outputs = { self, ... } @ inputs: { }; }");
    taken(&format!("{{ {} }}", "a = f x y ++ [ 1 ];\n".repeat(20_000)));
    taken(&format!("[ {} ]", "a\n".repeat(100_000)));
    taken(&format!("{{ inherit (x) {}; }}", "abc ".repeat(10_000)));
    taken(&format!("{{ {} }}: a", "abc ? 1 + 2,\n".repeat(10_000)));
    taken(&format!("\"{}\"", "a.b".repeat(300_000)));
    taken(&format!("''{}''", "a.b".repeat(300_000)));
    taken(&format!("./{}", "a".repeat(1_000_000)));
}

#[test]
fn what_overflows_the_parser_is_refused() {
    for shape in ["[", "(", "{ a = ", "\"${", "(let a = ", "[ (", "{ a ? [", "x@{ a ? (", "[{a=", "rec { a = ["] {
        refused(&shape.repeat(100_000), "brackets are open", 1);
    }
    for shape in [
        "- ",
        "!",
        "a: ",
        "a ++ ",
        "a // ",
        "a -> ",
        "a <| ",
        "f a ",
        "a + ",
        "a.b or ",
        "if a then b else ",
        "with a; ",
        "assert a; ",
        "a ? b && ",
    ] {
        refused(&shape.repeat(100_000), "hang on each other", 1);
    }
    refused(&format!("{{\n a = {}1; }}", "(".repeat(100)), "brackets are open", 2);
}

#[test]
fn brackets_that_the_parser_does_not_see_closed_count() {
    // After a dot, an operator or a value without its `;`, rnix skips the closing bracket.
    for shape in ["[ a. ] ", "( a + ) ", "() ", "[ (a = ] ", "{ a = 1 } ", "x = { a = [ 1 }; "] {
        let text = format!("[ {}", shape.repeat(100_000));
        assert!(check(&text).is_err(), "{shape}");
    }
}

#[test]
fn what_keeps_the_tokenizer_busy_is_refused_and_quickly() {
    let started = std::time::Instant::now();
    for shape in ["a.", "a+", "<", "1.a", "-1"] {
        refused(&shape.repeat(150_000), "without a blank", 1);
    }
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}

#[test]
fn what_is_no_text_is_refused() {
    refused("{ a = 1;\n b\0 = 2; }", "NUL", 2);
    refused("\u{7f}ELF\0\0\0\u{1}\0\0\0\u{fffd}\u{fffd}", "not a text file", 1);
    refused("{\0 \0o\0u\0t\0p\0u\0t\0s\0", "not a text file", 1);
    refused(&"a ".repeat(2 << 20), "files up to 2 MB", 1);
}

#[test]
fn parentheses_are_counted_in_code_alone() {
    assert_eq!(check("(a) \"(\" # (").unwrap().parentheses, Parentheses::Balanced);
    assert_eq!(check("{ a = (1 ]; }").unwrap().parentheses, Parentheses::Unbalanced);
}

#[test]
fn columns_count_characters() {
    let refusal = check("\"äöü\" \0").unwrap_err();
    assert_eq!((refusal.line, refusal.column, refusal.end_column), (1, 7, 8));
}

/// Every .nix file of the local cargo registry, nixpkgs among them when somebody has fetched the crate nixel there.
#[test]
fn files_of_nixpkgs_are_taken() {
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| format!("{home}/.cargo")));
    let mut folders = vec![std::path::PathBuf::from(home.unwrap_or_default()).join("registry/src")];
    let mut count = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "nix") {
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                assert_eq!(check(&text).map(drop), Ok(()), "{}", path.display());
                count += 1;
            }
        }
    }
    println!("{count} files read");
}

/// The parser may read malformed text in its own way: what the guard lets through must not lead it far deeper than
/// the guard counted. The limit is what a worker of the page survives.
#[test]
fn malformed_text_that_is_taken_does_not_lead_deep() {
    const PIECES: [&str; 36] = [
        "[ ", "] ", "( ", ") ", "{ ", "} ", "; ", ", ", "= ", ": ", "@ ", "? ", ". ", "... ", "a ", "b.c ", "or ",
        "rec ", "let ", "in ", "with ", "assert ", "if ", "then ", "else ", "inherit ", "- ", "! ", "++ ", "// ", "\"",
        "${", "''", "1 ", "./a ", "\\ ",
    ];
    let rounds = std::env::var("GUARD_ROUNDS").map_or(1_000, |rounds| rounds.parse().expect("a number"));
    let repeats = std::env::var("GUARD_REPEATS").map_or(700, |repeats| repeats.parse().expect("a number"));
    let seed = std::env::var("GUARD_SEED").map_or(1, |seed| seed.parse().expect("a number"));
    let deepest = on_a_large_stack(move || {
        let mut state: u64 = seed;
        let mut next = |bound: usize| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 33) as usize % bound
        };
        let mut deepest = (0, String::new());
        for _ in 0..rounds {
            // A short pattern, repeated: that is what leads deep.
            let pattern: String = (0..1 + next(9)).map(|_| PIECES[next(PIECES.len())]).collect();
            let lead: String = (0..next(4)).map(|_| PIECES[next(PIECES.len())]).collect();
            let text = format!("{lead}{}", pattern.repeat(repeats));
            if check(&text).is_ok() {
                let depth = depth_of(&rnix::Root::parse(&text).syntax());
                if depth > deepest.0 {
                    deepest = (depth, format!("{lead} | {pattern}"));
                }
            }
        }
        deepest
    });
    println!("deepest: {deepest:?}");
    assert!(deepest.0 <= 1_500, "{deepest:?}");
}

fn depth_of(root: &rnix::SyntaxNode) -> usize {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for event in root.preorder() {
        match event {
            rnix::WalkEvent::Enter(_) => depth += 1,
            rnix::WalkEvent::Leave(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn on_a_large_stack<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let thread = std::thread::Builder::new().stack_size(512 << 20).spawn(work).expect("a thread");
    thread.join().expect("the work does not panic")
}
