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
    let margin = " ".repeat(columns);
    let moved: Vec<String> =
        text.split('\n').map(|line| if line.is_empty() { String::new() } else { format!("{margin}{line}") }).collect();
    moved.join("\n")
}

/// A template with its marks (`@name@`) filled in.
///
/// A mark on a line of its own stands for a text of any number of lines, at the mark's indent; for an empty text, the
/// line is left out.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in template.trim_matches('\n').split('\n') {
        let column = line.len() - line.trim_start().len();
        let block = values.iter().find(|(name, _)| line[column..].strip_prefix('@') == Some(&format!("{name}@")));
        match block {
            Some((_, "")) => {}
            Some((_, text)) => lines.push(indent(text, column)),
            None => {
                let inline = |line: String, (name, value): &(&str, &str)| line.replace(&format!("@{name}@"), value);
                lines.push(values.iter().fold(line.to_owned(), inline));
            }
        }
    }
    lines.join("\n")
}

/// Words as comment lines that keep to the width, each with a newline at its end.
pub(crate) fn comment(text: &str, column: usize) -> String {
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() > 1 && column + line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push_str(&line);
            lines.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    lines.push_str(&line);
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
