//! The weight of the first load.

use crate::browser::Setting;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// All files of the first load together, compressed as a server sends them, in bytes: what is aimed at, and the limit that
/// holds until that is reached.
const GOAL: usize = 240_000;
const BUDGET: usize = 336_000;
/// The engine, which is fetched at the first sign of use, compressed likewise.
const ENGINE_GOAL: usize = 500_000;
const ENGINE_BUDGET: usize = 748_000;

#[test]
fn the_first_load_keeps_to_its_budget() {
    let Some(setting) = Setting::find() else { return };
    println!("{:<44} {:>9} {:>9} {:>9}", "first load", "raw", "gzip", "brotli");
    let (first, engine) = loads(&setting.dist);
    let page = weigh(&setting.dist, first);
    println!("{:<44} {BUDGET:>29}", "the limit");
    println!("{:<44} {GOAL:>29}", "the goal");
    println!("{:<44} {:>9} {:>9} {:>9}", "with the first use", "raw", "gzip", "brotli");
    let engine = weigh(&setting.dist, engine);
    println!("{:<44} {ENGINE_BUDGET:>29}", "the limit");
    println!("{:<44} {ENGINE_GOAL:>29}", "the goal");
    assert!(page <= BUDGET, "{page} bytes with brotli, and {BUDGET} are allowed");
    assert!(engine <= ENGINE_BUDGET, "{engine} bytes of the engine with brotli, and {ENGINE_BUDGET} are allowed");
}

/// Prints what the files weigh; all together with brotli, in bytes.
fn weigh(dist: &Path, names: Vec<String>) -> usize {
    let mut sum = [0; 3];
    for name in names {
        let bytes = fs::read(dist.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sizes = [bytes.len(), gzip(&bytes), brotli(&bytes)];
        println!("{name:<44} {:>9} {:>9} {:>9}", sizes[0], sizes[1], sizes[2]);
        sum = std::array::from_fn(|at| sum[at] + sizes[at]);
    }
    println!("{:<44} {:>9} {:>9} {:>9}", "all together", sum[0], sum[1], sum[2]);
    sum[2]
}

#[test]
fn no_file_names_a_folder_of_the_machine_that_built_it() {
    let Some(setting) = Setting::find() else { return };
    let home = std::env::home_dir().expect("a home folder");
    let folders = [PathBuf::from(env!("CARGO_MANIFEST_DIR")), home.join(".cargo"), home.join(".rustup")];
    for file in fs::read_dir(&setting.dist).expect("dist/").map(|file| file.expect("a file").path()) {
        let bytes = fs::read(&file).expect("a file of dist/");
        for path in folders.iter().map(|folder| format!("{}/", folder.display())) {
            let found = bytes.windows(path.len()).any(|window| window == path.as_bytes());
            assert!(!found, "{} contains {path}", file.display());
        }
    }
}

/// The page with what it names for the browser to load at once, and what it names as data (`data-src`): the engine.
fn loads(dist: &Path) -> (Vec<String>, Vec<String>) {
    let page = fs::read_to_string(dist.join("index.html")).expect("the page");
    let (mut first, mut engine) = (vec!["index.html".to_owned()], Vec::new());
    for tag in page.split(['<', '>']) {
        let named = |key: &str| {
            let (name, _) = tag.split_once(key)?.1.split_once('"')?;
            (!name.starts_with('#')).then(|| name.trim_start_matches("./").to_owned())
        };
        first.extend(named(" href=\"").or_else(|| named(" src=\"")));
        engine.extend(named(" data-src=\""));
    }
    (first, engine)
}

fn gzip(bytes: &[u8]) -> usize {
    // The format adds a header of 10 bytes and a trailer of 8 (RFC 1952).
    miniz_oxide::deflate::compress_to_vec(bytes, 9).len() + 18
}

fn brotli(bytes: &[u8]) -> usize {
    let mut sent = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut sent, &parameters).expect("memory is enough");
    sent.len()
}
