//! Layout: pieces of Nix as nixfmt sets them (100 columns, every list or set of two or more on lines of its own).

/// The width after which nixfmt breaks a line.
const WIDTH: usize = 100;

/// A list of expressions, at indent 0.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => "[ ]".to_owned(),
        [one] if !one.contains('\n') => format!("[ {one} ]"),
        items => format!("[\n{}\n]", indent(&items.join("\n"), 2)),
    }
}

/// An attribute set of bindings (each `name = value;`, perhaps of several lines), at indent 0.
pub(crate) fn set(bindings: &[String]) -> String {
    match bindings {
        [] => "{ }".to_owned(),
        bindings => format!("{{\n{}\n}}", indent(&bindings.join("\n"), 2)),
    }
}

/// `name = value;`, at indent 0, for a place that is `column` columns from the left.
///
/// A value of several lines that does not open with a bracket stands on the next line, and so does a list of one item
/// that would stick out.
pub(crate) fn binding(name: &str, value: &str, column: usize) -> String {
    let opens = |c: char| matches!(c, '{' | '[' | '(') || value.starts_with("''") || value.starts_with("lib.mk");
    if value.contains('\n') && !value.starts_with(opens) {
        return format!("{name} =\n{};", indent(value, 2));
    }
    let line = format!("{name} = {value};");
    match value.strip_suffix(" ]").and_then(|value| value.split_once("[ ")) {
        Some((function, item)) if !value.contains('\n') && column + line.chars().count() > WIDTH => {
            format!("{name} = {function}[\n  {item}\n];")
        }
        _ => line,
    }
}

/// Every line that holds something, moved to the right.
pub(crate) fn indent(text: &str, columns: usize) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    push_indented(&mut out, text, columns);
    out
}

fn push_indented(out: &mut String, text: &str, columns: usize) {
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            out.push('\n');
        }
        if !line.is_empty() {
            out.extend(std::iter::repeat_n(' ', columns));
            out.push_str(line);
        }
    }
}

/// A template with its marks (`@name@`) filled in.
///
/// A mark on a line of its own stands for a text of any number of lines, at the mark's indent; for an empty text, the
/// line is left out.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(2 * template.len());
    let mut is_first = true;
    for line in template.trim_matches('\n').split('\n') {
        let rest = line.trim_start();
        let mark = rest.strip_prefix('@').and_then(|rest| rest.strip_suffix('@'));
        let block = mark.and_then(|mark| values.iter().find(|(name, _)| *name == mark));
        if matches!(block, Some((_, ""))) {
            continue;
        }
        if !is_first {
            out.push('\n');
        }
        is_first = false;
        match block {
            Some((_, text)) => push_indented(&mut out, text, line.len() - rest.len()),
            None if line.contains('@') => {
                let inline = |line: String, (name, value): &(&str, &str)| line.replace(&format!("@{name}@"), value);
                out.push_str(&values.iter().fold(line.to_owned(), inline));
            }
            None => out.push_str(line),
        }
    }
    out
}

/// Words as comment lines that keep to the width, each with a newline at its end.
pub(crate) fn comment(text: &str, column: usize) -> String {
    let mut lines = String::with_capacity(text.len() + text.len() / 32 + 4);
    lines.push('#');
    let mut width = 1;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if width > 1 && column + width + 1 + length > WIDTH {
            lines.push_str("\n#");
            width = 1;
        }
        lines.push(' ');
        lines.push_str(word);
        width += 1 + length;
    }
    lines.push('\n');
    lines
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
            let lines: Vec<String> =
                many.iter().map(|name| if *name == "..." { "  ...".into() } else { format!("  {name},") }).collect();
            format!("{{\n{}\n}}:", lines.join("\n"))
        }
    }
}
