//! Layout: pieces of Nix as nixfmt sets them (100 columns, every list or set of two or more on lines of its own).

use crate::escape::Nix;

/// The width after which nixfmt breaks a line.
const WIDTH: usize = 100;

/// A list of expressions, at indent 0.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => "[ ]".to_owned(),
        [one] if !one.contains('\n') => format!("[ {one} ]"),
        items => between('[', items, ']'),
    }
}

/// A list of strings with these contents, at indent 0.
pub(crate) fn strings<'t>(items: impl IntoIterator<Item = &'t str>) -> String {
    list(&items.into_iter().map(|item| Nix::string(item).into()).collect::<Vec<_>>())
}

/// An attribute set of bindings (each `name = value;`, perhaps of several lines), at indent 0.
pub(crate) fn set(bindings: &[String]) -> String {
    match bindings {
        [] => "{ }".to_owned(),
        bindings => between('{', bindings, '}'),
    }
}

/// Every part on lines of its own.
fn between(open: char, parts: &[String], close: char) -> String {
    let length = |part: &String| part.len() + part.len() / 4 + 3;
    let mut out = String::with_capacity(4 + parts.iter().map(length).sum::<usize>());
    out.push(open);
    for part in parts {
        out.push('\n');
        push_indented(&mut out, part, 2);
    }
    out.push('\n');
    out.push(close);
    out
}

/// `name = value;`, at indent 0, for a place that is `column` columns from the left.
///
/// A value of several lines that does not open with a bracket stands on the next line, and so does a list of one item
/// that would stick out.
pub(crate) fn binding(name: &str, value: &str, column: usize) -> String {
    let mut out = String::with_capacity(name.len() + value.len() + 8);
    out.push_str(name);
    push_value(&mut out, name.chars().count(), value, column);
    out
}

/// Adds what stands behind the name in a [`binding`]; the name has `width` characters.
pub(crate) fn push_value(out: &mut String, width: usize, value: &str, column: usize) {
    let opens = |c: char| matches!(c, '{' | '[' | '(');
    let is_long = value.contains('\n');
    out.push_str(" =");
    if is_long && !value.starts_with(opens) && !value.starts_with("''") && !value.starts_with("lib.mk") {
        out.push('\n');
        push_indented(out, value, 2);
        return out.push(';');
    }
    out.push(' ');
    let sticks_out = || column + width + value.chars().count() + " = ;".len() > WIDTH;
    match value.strip_suffix(" ]").and_then(|value| value.split_once("[ ")) {
        Some((function, item)) if !is_long && sticks_out() => {
            [function, "[\n  ", item, "\n]"].into_iter().for_each(|part| out.push_str(part));
        }
        _ => out.push_str(value),
    }
    out.push(';');
}

/// Every line that holds something, moved to the right.
pub(crate) fn indent(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    push_indented(&mut out, text, columns);
    out
}

/// Adds [`indent`] to a text.
pub(crate) fn push_indented(out: &mut String, text: &str, columns: usize) {
    const BLANKS: &str = "                ";
    if columns == 0 {
        return out.push_str(text);
    }
    for line in text.split_inclusive('\n') {
        if line != "\n" {
            match BLANKS.get(..columns) {
                Some(blanks) => out.push_str(blanks),
                None => out.extend(std::iter::repeat_n(' ', columns)),
            }
        }
        out.push_str(line);
    }
}

/// A template with its marks (`@name@`) filled in.
///
/// A mark on a line of its own stands for a text of any number of lines, at the mark's indent; for an empty text, the
/// line is left out. Line breaks around a template or a text are not part of it.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let length: usize = values.iter().map(|(_, value)| value.len() + value.len() / 4).sum();
    let mut out = String::with_capacity(template.len() + length);
    push_filled(&mut out, template, values);
    out
}

/// Adds [`fill`] to a text.
pub(crate) fn push_filled(out: &mut String, template: &str, values: &[(&str, &str)]) {
    let value = |mark: &str| values.iter().find(|(name, _)| *name == mark).map(|(_, value)| value.trim_matches('\n'));
    let mut rest = template.trim_matches('\n');
    while let Some((before, line, behind)) = marked_line(rest) {
        out.push_str(before);
        rest = behind;
        let inner = line.trim();
        let block = inner.strip_prefix('@').and_then(|inner| value(inner.strip_suffix('@')?));
        match block {
            Some("") if rest.is_empty() => out.truncate(out.trim_end_matches('\n').len()),
            Some("") => {}
            Some(text) => {
                push_indented(out, text, line.len() - line.trim_start().len());
                out.push_str(if line.ends_with('\n') { "\n" } else { "" });
            }
            // between two marks stands the name of a value, or text
            None => {
                let mut parts = line.split('@');
                out.push_str(parts.next().unwrap_or_default());
                while let Some(part) = parts.next() {
                    match value(part) {
                        Some(text) => {
                            out.push_str(text);
                            out.push_str(parts.next().unwrap_or_default());
                        }
                        None => {
                            out.push('@');
                            out.push_str(part);
                        }
                    }
                }
            }
        }
    }
    out.push_str(rest);
}

/// The lines before the first that holds a mark, that line, and the others.
fn marked_line(text: &str) -> Option<(&str, &str, &str)> {
    let mark = text.find('@')?;
    let start = text[..mark].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[mark..].find('\n').map_or(text.len(), |newline| mark + newline + 1);
    Some((&text[..start], &text[start..end], &text[end..]))
}

/// Adds words as comment lines that keep to the width, each with a newline at its end.
pub(crate) fn push_comment(out: &mut String, text: &str, column: usize) {
    out.push('#');
    if column + 2 + text.len() <= WIDTH {
        return [" ", text, "\n"].into_iter().for_each(|part| out.push_str(part));
    }
    let mut width = 1;
    for word in text.split_ascii_whitespace() {
        let length = word.chars().count();
        if width > 1 && column + width + 1 + length > WIDTH {
            out.push_str("\n#");
            width = 1;
        }
        out.push(' ');
        out.push_str(word);
        width += 1 + length;
    }
    out.push('\n');
}

/// The formal arguments of a function, `{ a, b }:`, as nixfmt sets them; `open` for a last `...`.
pub(crate) fn formals(names: &[String], open: bool) -> String {
    let mut all: Vec<&str> = names.iter().map(String::as_str).collect();
    if open {
        all.push("...");
    }
    match all.as_slice() {
        [one] => format!("{{ {one} }}:"),
        // nixfmt keeps a pattern of plain names on the line while it has no default value and fits two names
        [one, "..."] => format!("{{ {one}, ... }}:"),
        many => {
            let mut out = "{\n".to_owned();
            for name in many {
                let end = if *name == "..." { "\n" } else { ",\n" };
                ["  ", *name, end].into_iter().for_each(|part| out.push_str(part));
            }
            out.push_str("}:");
            out
        }
    }
}
