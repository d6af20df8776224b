//! `cargo xtask sizes`, its second table: how much of each Wasm module is whose code.
//!
//! The page that is served has no names in it, so that one is built which has. A function counts for the first crate of
//! its name that is not the standard library: `drop_in_place` of a type of ours, or a map of its values, is there
//! because of us.

use crate::{
    build,
    shell::{Done, Failure, root, step},
    tools,
};
use std::{collections::BTreeMap, fs, path::Path};

/// Crates of the standard library, and what they are made of.
const STANDARD: [&str; 7] = ["core", "alloc", "std", "hashbrown", "dlmalloc", "compiler_builtins", "rustc_demangle"];
/// Crates with less than this many bytes are printed as one.
const LEAST: usize = 1_000;

/// Builds the page with its functions' names, outside of dist/, and prints the tables.
pub fn run() -> Done {
    let folder = root().join("target/sizes");
    step(
        build::trunk("build", tools::prepare()?)?
            .args(["--release", "--dist"])
            .arg(&folder)
            .env("CARGO_PROFILE_RELEASE_STRIP", "none"),
    )?;
    let failed = |error| Failure::new(format!("{}: {error}", folder.display()));
    for file in fs::read_dir(&folder).map_err(failed)? {
        let file = file.map_err(failed)?.path();
        if file.extension().is_some_and(|end| end == "wasm") {
            print(&file, &fs::read(&file).map_err(failed)?)?;
        }
    }
    Ok(())
}

fn print(file: &Path, module: &[u8]) -> Done {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let parts = parts(module).ok_or_else(|| Failure::new(format!("{name} is no Wasm module with names")))?;
    let all: usize = parts.values().map(|part| part.0).sum();
    println!("\n{name:<44} {:>9} {:>6} {:>9}", "bytes", "%", "functions");
    let mut rows: Vec<_> = parts.into_iter().collect();
    rows.sort_by_key(|(_, (bytes, _))| std::cmp::Reverse(*bytes));
    let small = rows.iter().filter(|(_, (bytes, _))| *bytes < LEAST);
    let small = small.fold((0, 0), |sum, (_, part)| (sum.0 + part.0, sum.1 + part.1));
    rows.retain(|(_, (bytes, _))| *bytes >= LEAST);
    rows.push(("smaller ones".to_owned(), small));
    for (name, (bytes, functions)) in rows {
        println!("{name:<44} {bytes:>9} {:>6.1} {functions:>9}", bytes as f64 / all as f64 * 100.0);
    }
    println!("{:<44} {all:>9}", "all together");
    Ok(())
}

/// Bytes and number of functions, by crate; what is no function goes by its name in parentheses. `None`: damaged.
fn parts(module: &[u8]) -> Option<BTreeMap<String, (usize, usize)>> {
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    let mut parts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut rest = Reader(module.strip_prefix(b"\0asm\x01\0\0\0")?);
    while !rest.0.is_empty() {
        let (kind, content) = (rest.byte()?, rest.sized()?);
        let size = content.0.len();
        match kind {
            2 => imported = imported_functions(content)?,
            10 => sizes = function_sizes(content)?,
            0 if is_names(content)? => names = function_names(content)?,
            // Other sections without effect: of no interest, and not in the page that is served.
            0 => {}
            11 => parts.entry("(constants)".to_owned()).or_default().0 += size,
            _ => parts.entry("(tables, types, imports, exports)".to_owned()).or_default().0 += size,
        }
    }
    for (at, size) in sizes.into_iter().enumerate() {
        let name = names.get(&(imported + at)).map_or("", String::as_str);
        let part = parts.entry(owner(name).to_owned()).or_default();
        *part = (part.0 + size, part.1 + 1);
    }
    (!names.is_empty()).then_some(parts)
}

/// Whose function this is, by its demangled name.
fn owner(name: &str) -> &str {
    let crates = || {
        let starts = name.match_indices("::").filter_map(|(end, _)| {
            let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
            let start = name[..end].rfind(|letter| !is_name(letter)).map_or(0, |before| before + 1);
            let first = !name[..start].ends_with("::") && start < end;
            first.then(|| &name[start..end])
        });
        starts.filter(|name| name.starts_with(|letter: char| letter.is_ascii_lowercase()))
    };
    crates().find(|name| !STANDARD.contains(name)).or_else(|| crates().next()).unwrap_or("(without a crate)")
}

fn imported_functions(mut section: Reader<'_>) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.sized()?;
        section.sized()?;
        match section.byte()? {
            0 => {
                functions += 1;
                section.number()?;
            }
            1 => {
                section.byte()?;
                section.limits()?;
            }
            2 => section.limits()?,
            3 => {
                section.byte()?;
                section.byte()?;
            }
            _ => return None,
        }
    }
    Some(functions)
}

fn function_sizes(mut section: Reader<'_>) -> Option<Vec<usize>> {
    (0..section.number()?).map(|_| Some(section.sized()?.0.len())).collect()
}

fn is_names(mut section: Reader<'_>) -> Option<bool> {
    Some(section.sized()?.0 == b"name")
}

/// The functions' names by their numbers.
fn function_names(mut section: Reader<'_>) -> Option<BTreeMap<usize, String>> {
    section.sized()?;
    let mut names = BTreeMap::new();
    while !section.0.is_empty() {
        let (kind, mut content) = (section.byte()?, section.sized()?);
        if kind != 1 {
            continue;
        }
        for _ in 0..content.number()? {
            let number = content.number()?;
            names.insert(number, String::from_utf8_lossy(content.sized()?.0).into_owned());
        }
    }
    Some(names)
}

/// Reads the binary format (WebAssembly core specification, chapter 5).
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// An unsigned number of at most 32 bits (LEB128).
    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return usize::try_from(number).ok();
            }
        }
        None
    }

    /// What its own length stands before.
    fn sized(&mut self) -> Option<Reader<'a>> {
        let length = self.number()?;
        let (content, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Reader(content))
    }

    fn limits(&mut self) -> Option<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::{owner, parts};

    #[test]
    fn a_function_is_that_crates_whose_type_it_is_about() {
        for (name, expected) in [
            ("llama_fleet::plan::plan::h0123456789abcdef", "llama_fleet"),
            ("core::ptr::drop_in_place<llama_fleet::report::Plan>::h01", "llama_fleet"),
            ("<alloc::vec::Vec<T,A> as core::clone::Clone>::clone::h01", "alloc"),
            ("<&T as core::fmt::Debug>::fmt::h01", "core"),
            ("<rnix::ast::Expr as rowan::ast::AstNode>::cast", "rnix"),
            ("alloc::collections::btree::map::BTreeMap<K,V,A>::insert::h01", "alloc"),
            ("<T as tachys::view::Render>::build", "tachys"),
            ("__wbindgen_malloc", "(without a crate)"),
            ("memcpy", "(without a crate)"),
            ("", "(without a crate)"),
        ] {
            assert_eq!(owner(name), expected, "{name}");
        }
    }

    /// A module of one import and two functions of 2 and 3 bytes, called `rnix::a` and `core::b`.
    fn module() -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([2, 7, 1, 1, b'm', 1, b'f', 0, 0]);
        module.extend([10, 8, 2, 2, 0, 0x0b, 3, 0, 1, 0x0b]);
        // Number 1 is the first function after the import.
        let names = [&[2, 1, 7][..], b"rnix::a", &[2, 7], b"core::b"].concat();
        module.extend([0, 7 + names.len() as u8, 4]);
        module.extend(b"name");
        module.extend([1, names.len() as u8]);
        module.extend(names);
        module
    }

    #[test]
    fn the_bytes_of_a_module_are_counted() {
        let parts = parts(&module()).expect("a module");
        assert_eq!(parts["rnix"], (2, 1));
        assert_eq!(parts["core"], (3, 1));
    }

    #[test]
    fn a_damaged_module_is_none() {
        let module = module();
        for end in 0..module.len() {
            assert_eq!(parts(&module[..end]), None, "cut off at {end}");
        }
        assert_eq!(parts(b"no module"), None);
    }
}
