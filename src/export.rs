//! What leaves the engine: diffs to look at, a patch, an archive, and links to share. Pure: no clock, no files.

mod diff;
mod link;
mod patch;
mod zip;

use std::fmt;

pub use diff::{Diff, Ending, Hunk, Kind, Pair, Row, WHOLE_FILE, diff};
pub use link::{Link, LinkError, decode, encode};
pub use patch::patch;
pub use zip::zip;

/// A file whose path does not stay inside the repository: nothing is handed out with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsafePath(pub String);

impl fmt::Display for UnsafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} is not a path inside the repository", self.0)
    }
}

impl std::error::Error for UnsafePath {}

/// Takes only paths that every system reads as one inside the folder it unpacks into: relative, `/`-separated,
/// no empty, `.` or `..` segment, no backslash, no drive letter, no control character, nothing of git's own.
fn checked(path: &str) -> Result<&str, UnsafePath> {
    let drive = path.as_bytes().get(1) == Some(&b':');
    let control = path.chars().any(|c| c.is_control() || c == '\\');
    let segment = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.eq_ignore_ascii_case(".git");
    if drive || control || !path.split('/').all(segment) {
        return Err(UnsafePath(path.to_owned()));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_the_folder_are_refused() {
        for path in ["", "/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a/", "C:/x", "a\\b", "a\nb", ".git/config"]
        {
            assert_eq!(checked(path), Err(UnsafePath(path.to_owned())));
        }
        for path in ["flake.nix", "machines/my box.nix", "größe/..x", ".gitignore"] {
            assert_eq!(checked(path), Ok(path));
        }
    }
}
