//! How well the tests hold the engine: the lines that they reach, and the mutations that they notice.

use crate::{
    shell::{Done, Failure, cargo, command, find, root, step, step_to},
    tools,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

const LLVM_COV: &str = "0.9.1";
const MUTANTS: &str = "27.1.0";

/// The tests that run the engine natively; those of the page run it as Wasm.
const TESTS: [&str; 11] =
    ["cases", "properties", "hardware", "headless", "inspect", "robust", "shapes", "strings", "export", "guide", "nix"];

/// What of `src/` is not the engine.
const NOT_ENGINE: [&str; 5] = ["src/page/", "src/page.rs", "src/browser/", "src/browser.rs", "src/main.rs"];

/// In percent.
const LEAST_LINES: f64 = 95.0;

/// Runs the engine's tests and prints which share of its lines they reach; less than 95 % is a failure.
///
/// A line counts as reached when any of the tests reaches it. (cargo-llvm-cov's own total counts a function once, as its
/// best single build has it: what the unit tests reach in one build and the cases in another is not added up there.)
pub fn coverage() -> Done {
    tools::tool("cargo-llvm-cov", "cargo-llvm-cov", LLVM_COV)?;
    // without rustup, LLVM_COV and LLVM_PROFDATA name the two programs
    if find("rustup").is_some() {
        step(command("rustup").args(["component", "add", "llvm-tools"]))?;
    }
    step(
        cargo()
            .args(["llvm-cov", "--locked", "--lcov", "--output-path", "target/coverage.lcov", "--lib"])
            .args(TESTS.iter().flat_map(|test| ["--test", test]))
            .env("PATH", tools::path()?),
    )?;
    let read = |path: &str| fs::read_to_string(root().join(path));
    let lcov = read("target/coverage.lcov").map_err(|error| Failure::new(format!("target/coverage.lcov: {error}")))?;
    let (mut all, mut reached) = (0, 0);
    for (path, lines) in lines_by_file(&lcov) {
        let text = read(&path).map_err(|error| Failure::new(format!("{path}: {error}")))?;
        let lines: Vec<bool> = lines.range(..tests_from(&text)).map(|(_, reached)| *reached).collect();
        let of_file = lines.iter().filter(|reached| **reached).count();
        all += lines.len();
        reached += of_file;
        if of_file < lines.len() {
            println!(
                "{:6.2} %  {path}, {} lines are not reached",
                percent(of_file, lines.len()),
                lines.len() - of_file
            );
        }
    }
    let share = percent(reached, all);
    println!("{share:6.2} %  of the engine: {reached} of {all} lines, its unit tests not counted");
    match share >= LEAST_LINES {
        true => Ok(()),
        false => Err(Failure::new(format!("the tests are to reach {LEAST_LINES} % of the engine's lines"))),
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    100.0 * part as f64 / whole.max(1) as f64
}

/// The engine's files in an lcov report: each line that has code, and whether a test reaches it.
fn lines_by_file(lcov: &str) -> BTreeMap<String, BTreeMap<usize, bool>> {
    let mut files: BTreeMap<String, BTreeMap<usize, bool>> = BTreeMap::new();
    let mut path = None;
    for line in lcov.lines() {
        if let Some(file) = line.strip_prefix("SF:") {
            let file = file.replace('\\', "/");
            let file = file.rfind("/src/").map(|at| file[at + 1..].to_owned()).filter(|_| !file.contains("/xtask/"));
            path = file.filter(|file| !NOT_ENGINE.iter().any(|other| file.starts_with(other)));
        } else if let (Some(path), Some(data)) = (&path, line.strip_prefix("DA:")) {
            let mut fields = data.split(',');
            if let (Some(Ok(line)), Some(count)) = (fields.next().map(str::parse), fields.next()) {
                *files.entry(path.clone()).or_default().entry(line).or_default() |= count != "0";
            }
        }
    }
    files
}

/// The line from which on a file holds its own unit tests.
fn tests_from(text: &str) -> usize {
    text.lines().position(|line| line == "#[cfg(test)]").map_or(usize::MAX, |at| at + 1)
}

/// Makes what decides about edits, and what proves them, wrong in one point after another; `.cargo/mutants.toml` says
/// what. A change that no test notices is a failure. Takes an hour or two.
///
/// The golden cases judge first: they notice nearly all. What they miss is left to the unit tests, and the rest to the
/// properties; each is built and run alone, which takes half the time of all together.
pub fn mutants() -> Done {
    tools::tool("cargo-mutants", "cargo-mutants", MUTANTS)?;
    let path = tools::path()?;
    // a test that did not end has noticed the change, too
    let mut endless: BTreeSet<String> = BTreeSet::new();
    let mut left: Vec<String> = Vec::new();
    for (turn, judges) in ["--test=cases", "--lib", "--test=properties"].into_iter().enumerate() {
        let mut mutants = cargo();
        mutants
            .args(["mutants", "--no-shuffle", "--jobs", "2", "--output", "target"])
            .arg(format!("--cargo-arg={judges}"))
            .args((turn > 0).then_some("--iterate"))
            .env("PATH", &path)
            // debug information would double what each change costs
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            // every change is judged by the same flakes
            .env("PROPTEST_RNG_SEED", "1");
        // all is noticed, something is not, a test did not end: the last code hides the one before
        step_to(&mut mutants, &[0, 2, 3])?;
        endless.extend(changes("timeout.txt")?);
        left = changes("missed.txt")?.into_iter().filter(|change| !endless.contains(change)).collect();
        if left.is_empty() {
            return Ok(());
        }
    }
    Err(Failure::new(format!("no test notices these changes:\n{}", left.join("\n"))))
}

/// The changes in a list that the mutation run wrote.
fn changes(list: &str) -> Result<Vec<String>, Failure> {
    let path = root().join("target/mutants.out").join(list);
    let text = fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::{lines_by_file, tests_from};

    #[test]
    fn a_line_that_one_test_reaches_is_reached() {
        let lcov = "SF:/x/src/plan/input.rs\nDA:3,0\nDA:4,7\nend_of_record\nSF:/x/src/page/app.rs\nDA:1,0\n\
                    SF:/x/xtask/src/main.rs\nDA:1,0\nSF:/x/src/plan/input.rs\nDA:3,1\nDA:9,0\n";
        let files = lines_by_file(lcov);
        assert_eq!(files.keys().collect::<Vec<_>>(), ["src/plan/input.rs"]);
        assert_eq!(files["src/plan/input.rs"].iter().collect::<Vec<_>>(), [(&3, &true), (&4, &true), (&9, &false)]);
    }

    #[test]
    fn unit_tests_are_not_the_engine() {
        assert_eq!(tests_from("fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n"), 3);
        assert_eq!(tests_from("fn a() {}\n"), usize::MAX);
    }
}
