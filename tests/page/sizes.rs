//! The weight of the first load.

use crate::browser::Setting;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// All files of the first load together, compressed as a server sends them, in bytes. It only ever goes down.
const BUDGET: usize = 270_000;
/// Where it is to go.
const GOAL: usize = 160_000;

#[test]
fn the_first_load_keeps_to_its_budget() {
    let Some(setting) = Setting::find() else { return };
    println!("{:<44} {:>9} {:>9} {:>9}", "first load", "raw", "gzip", "brotli");
    let mut sum = [0; 3];
    for name in first_load(&setting.dist) {
        let bytes = fs::read(setting.dist.join(&name)).unwrap_or_else(|error| panic!("{name}: {error}"));
        let sizes = [bytes.len(), gzip(&bytes), brotli(&bytes)];
        println!("{name:<44} {:>9} {:>9} {:>9}", sizes[0], sizes[1], sizes[2]);
        sum = std::array::from_fn(|at| sum[at] + sizes[at]);
    }
    println!("{:<44} {:>9} {:>9} {:>9}", "all together", sum[0], sum[1], sum[2]);
    println!("{:<44} {GOAL:>29}", "the goal");
    assert!(sum[2] <= BUDGET, "{} bytes with brotli, and {BUDGET} are allowed", sum[2]);
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

/// The page, and what it names for the browser to load at once.
fn first_load(dist: &Path) -> Vec<String> {
    let page = fs::read_to_string(dist.join("index.html")).expect("the page");
    // What is named as data (`data-src`) is the engine, which is fetched when it is first needed.
    let named = page.split(['<', '>']).filter(|tag| !tag.contains(" data-src=")).filter_map(|tag| {
        let (_, rest) = tag.split_once(" href=\"").or_else(|| tag.split_once(" src=\""))?;
        let (name, _) = rest.split_once('"')?;
        (!name.starts_with('#')).then(|| name.trim_start_matches("./").to_owned())
    });
    std::iter::once("index.html".to_owned()).chain(named).collect()
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
