//! The resulting files as an archive.

use std::io::Write;

use miniz_oxide::deflate::compress_to_vec;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, DataDescriptorOutput, Error, ZipArchiveWriter, crc32};

use super::{UnsafePath, checked, patch};
use crate::report::{Change, Plan};

/// 1980-01-01 00:00:00 UTC, the first moment that the format knows: the archive of a plan is always the same bytes.
const TIMESTAMP: i64 = 315_532_800;

/// The name of the list of files to delete, when there are any: unpacking an archive deletes nothing.
const DELETIONS: &str = "FILES-TO-DELETE.txt";

/// The guide, and the patch that also takes everything out again; no flake reads them where they are unpacked.
const GUIDE: &str = "llama-cpp-guide.md";
const PATCH: &str = "llama-cpp-fleet.patch";

/// A zip archive of all changed and new files, to be unpacked over the repository's root, with the guide and the patch.
///
/// The same plan gives the same bytes. When the plan deletes files, a text file in the archive names them.
pub fn zip(plan: &Plan) -> Result<Vec<u8>, UnsafePath> {
    let mut files = Vec::new();
    for file in &plan.files {
        if let Some(after) = &file.after {
            files.push((checked(&file.path)?, after.as_str()));
        }
    }
    let (deletions, patch) = (deletions(plan)?, patch(plan)?);
    let besides = [(DELETIONS, deletions.as_deref().unwrap_or_default()), (GUIDE, &plan.guide), (PATCH, &patch)];
    for (name, text) in besides {
        if !text.is_empty() && files.iter().all(|(path, _)| *path != name) {
            files.push((name, text));
        }
    }
    Ok(write(&files).expect("a Vec takes every write, and the paths are checked"))
}

fn deletions(plan: &Plan) -> Result<Option<String>, UnsafePath> {
    let mut paths = Vec::new();
    for file in plan.files.iter().filter(|file| file.change == Change::Deleted) {
        paths.push(checked(&file.path)?);
    }
    if paths.is_empty() {
        return Ok(None);
    }
    Ok(Some(format!(
        "Unpacking an archive deletes nothing. Delete these files by hand, and then this one:\n\n{}\n",
        paths.join("\n")
    )))
}

fn write(files: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    let mut archive = ZipArchiveWriter::new(Vec::new());
    for (path, text) in files {
        let (mut entry, _) = archive
            .new_file(*path)
            .compression_method(CompressionMethod::DEFLATE)
            .last_modified(UtcDateTime::from_unix(TIMESTAMP))
            .unix_permissions(0o100_644)
            .start()?;
        entry.write_all(&compress_to_vec(text.as_bytes(), 9))?;
        entry.finish(DataDescriptorOutput::new(crc32(text.as_bytes()), text.len() as u64))?;
    }
    archive.finish()
}
