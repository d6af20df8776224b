//! The plan as a patch for `git apply`.

use std::fmt::Write;
use std::ops::Range;

use super::diff::{Step, covered, groups, lines};
use super::{UnsafePath, checked};
use crate::report::{Change, FileChange, Plan};

/// Unchanged lines around each change, as in git.
const CONTEXT: usize = 3;

/// All changes of a plan in the format of `git diff`: modified, new and deleted files, in the plan's order.
///
/// `git apply` and `git am` take it; so does `patch -p1`, unless a name needs quoting. A patch can delete only what it
/// shows: a file that goes and was not given is named in words above the changes, which all of them skip.
pub fn patch(plan: &Plan) -> Result<String, UnsafePath> {
    let mut out = String::new();
    let (unseen, seen): (Vec<_>, Vec<_>) =
        plan.files.iter().partition(|file| file.before.is_none() && file.after.is_none());
    for file in unseen {
        let path = quoted("", checked(&file.path)?);
        push(&mut out, format_args!("Delete by hand, since its text was not given: {path}\n"));
    }
    for file in seen {
        push_file(&mut out, file)?;
    }
    Ok(out)
}

fn push_file(out: &mut String, file: &FileChange) -> Result<(), UnsafePath> {
    let path = checked(&file.path)?;
    let (a, b) = (quoted("a/", path), quoted("b/", path));
    let (before, after) = (file.before.as_deref().unwrap_or(""), file.after.as_deref().unwrap_or(""));
    let (old_lines, new_lines) = (lines(before), lines(after));
    let groups = groups(&old_lines, &new_lines, CONTEXT);
    if file.change == Change::Modified && groups.is_empty() {
        return Ok(());
    }
    push(out, format_args!("diff --git {a} {b}\n"));
    match file.change {
        Change::Modified => {}
        Change::Created => out.push_str("new file mode 100644\n"),
        Change::Deleted => out.push_str("deleted file mode 100644\n"),
    }
    if groups.is_empty() {
        return Ok(());
    }
    // git ends a name that holds a blank with a tab, so that it is not cut there.
    let tab = if path.contains(' ') { "\t" } else { "" };
    match file.change {
        Change::Created => out.push_str("--- /dev/null\n"),
        _ => push(out, format_args!("--- {a}{tab}\n")),
    }
    match file.change {
        Change::Deleted => out.push_str("+++ /dev/null\n"),
        _ => push(out, format_args!("+++ {b}{tab}\n")),
    }
    for group in &groups {
        push_hunk(out, group, &old_lines, &new_lines);
    }
    Ok(())
}

fn push_hunk(out: &mut String, group: &[Step], old: &[&str], new: &[&str]) {
    let (old_span, new_span) = covered(group);
    push(out, format_args!("@@ -{} +{} @@\n", span(old_span), span(new_span)));
    for step in group {
        if step.equal {
            push_lines(out, ' ', &old[step.old.clone()]);
            continue;
        }
        push_lines(out, '-', &old[step.old.clone()]);
        push_lines(out, '+', &new[step.new.clone()]);
    }
}

/// `start,length`, counted from 1; an empty range stands after the line it names; a length of 1 is left out.
fn span(range: Range<usize>) -> String {
    match range.len() {
        0 => format!("{},0", range.start),
        1 => format!("{}", range.start + 1),
        length => format!("{},{length}", range.start + 1),
    }
}

fn push_lines(out: &mut String, sign: char, lines: &[&str]) {
    for line in lines {
        out.push(sign);
        out.push_str(line);
        if !line.ends_with('\n') {
            out.push_str("\n\\ No newline at end of file\n");
        }
    }
}

/// A name as git writes it: in double quotes and with octal escapes where it holds quotes, backslashes, control
/// characters or anything beyond ASCII (`core.quotePath`, on by default). Source: git's `quote.c`, `quote_c_style`.
fn quoted(prefix: &str, path: &str) -> String {
    let odd = |byte: u8| !(b' '..0x7f).contains(&byte) || matches!(byte, b'"' | b'\\');
    if !path.bytes().any(odd) {
        return format!("{prefix}{path}");
    }
    let mut out = format!("\"{prefix}");
    for byte in path.bytes() {
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            byte if odd(byte) => push(&mut out, format_args!("\\{byte:03o}")),
            byte => out.push(char::from(byte)),
        }
    }
    out.push('"');
    out
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes every write");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_as_git_does() {
        assert_eq!(quoted("a/", "nixos/default.nix"), "a/nixos/default.nix");
        assert_eq!(quoted("a/", "my box.nix"), "a/my box.nix");
        assert_eq!(quoted("b/", "ä\".nix"), r#""b/\303\244\".nix""#);
    }

    #[test]
    fn spans_count_as_git_does() {
        assert_eq!([span(0..0), span(4..5), span(4..7)], ["0,0", "5", "5,3"]);
    }
}
