//! The guide's Markdown as a tree: the part of CommonMark that the engine writes, and nothing more. A whole Markdown
//! reader would be a fifth of the page's weight; what it would read differently is caught by a test.

use borsh::{BorshDeserialize, BorshSerialize};

use super::paint::{Painted, Span};

/// A part of a document that stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Block {
    /// Level from 1, and text.
    Heading(usize, Vec<Inline>),
    /// Its lines, joined by blanks.
    Paragraph(Vec<Inline>),
    /// Items, which may hold lists of their own.
    List {
        /// Numbered from 1, rather than with dots.
        ordered: bool,
        /// Each is the blocks that stand in it.
        items: Vec<Vec<Block>>,
    },
    /// What stands between fences.
    Code {
        /// The word behind the fence, empty for none.
        language: String,
        /// Every line with its newline.
        text: String,
        /// The same, line by line in colours.
        lines: Vec<Vec<Span>>,
    },
}

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Inline {
    /// Plain words, with nothing escaped any more.
    Text(String),
    /// What stands between backticks.
    Code(String),
    /// What stands between `**`; code in it is text.
    Strong(String),
}

fn code(language: &str, text: String) -> Block {
    let painted = Painted::new(&text, language == "nix");
    let lines = (1..=painted.len()).map(|line| painted.line(line, &[])).collect();
    Block::Code { language: language.to_owned(), text, lines }
}

/// Reads a document. What is no Markdown that is known here is text.
pub fn read(markdown: &str) -> Vec<Block> {
    blocks(&markdown.lines().collect::<Vec<_>>())
}

fn blocks(lines: &[&str]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut rest = lines;
    while let Some((line, after)) = rest.split_first() {
        if line.trim().is_empty() {
            rest = after;
        } else if let Some((level, text)) = heading(line) {
            blocks.push(Block::Heading(level, inlines(text)));
            rest = after;
        } else if let Some(fence) = fence(line) {
            let end = after.iter().position(|line| closes(line, fence)).unwrap_or(after.len());
            let text: String = after[..end].iter().flat_map(|line| [line, "\n"]).collect();
            blocks.push(code(line[fence..].trim(), text));
            rest = after.get(end + 1..).unwrap_or_default();
        } else if let Some((ordered, _)) = marker(line) {
            let items;
            (items, rest) = list(rest, ordered);
            blocks.push(Block::List { ordered, items });
        } else {
            let end = after.iter().position(|line| interrupts(line)).unwrap_or(after.len()) + 1;
            let text: Vec<&str> = rest[..end].iter().map(|line| line.trim()).collect();
            blocks.push(Block::Paragraph(inlines(&text.join(" "))));
            rest = &rest[end..];
        }
    }
    blocks
}

/// `## Text`: the level and the text.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line[level..].strip_prefix(' ')?;
    (1..=6).contains(&level).then_some((level, text.trim()))
}

/// The number of backticks of an opening fence.
fn fence(line: &str) -> Option<usize> {
    let count = line.bytes().take_while(|byte| *byte == b'`').count();
    (count >= 3 && !line[count..].contains('`')).then_some(count)
}

fn closes(line: &str, fence: usize) -> bool {
    let line = line.trim();
    line.len() >= fence && line.bytes().all(|byte| byte == b'`')
}

/// `- ` or `12. `: whether the list is ordered, and how wide the marker is.
fn marker(line: &str) -> Option<(bool, usize)> {
    if line.starts_with("- ") {
        return Some((false, 2));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    ((1..=9).contains(&digits) && line[digits..].starts_with(". ")).then_some((true, digits + 2))
}

/// Whether a line ends the paragraph before it.
fn interrupts(line: &str) -> bool {
    line.trim().is_empty() || heading(line).is_some() || fence(line).is_some() || marker(line).is_some()
}

/// The items of the list that begins here, and the lines after it. An item goes on as long as lines are blank or
/// stand as far in as its text.
fn list<'a, 'l>(mut rest: &'a [&'l str], ordered: bool) -> (Vec<Vec<Block>>, &'a [&'l str]) {
    let mut items = Vec::new();
    while let Some((line, after)) = rest.split_first() {
        let Some((_, width)) = marker(line).filter(|(kind, _)| *kind == ordered) else { break };
        let belongs = |line: &&str| line.trim().is_empty() || line.starts_with(&" ".repeat(width));
        let mut end = after.iter().position(|line| !belongs(line)).unwrap_or(after.len());
        let lines: Vec<&str> = std::iter::once(&line[width..])
            .chain(after[..end].iter().map(|line| line.get(width..).unwrap_or("")))
            .collect();
        items.push(blocks(&lines));
        while end < after.len() && after[end].trim().is_empty() {
            end += 1;
        }
        rest = &after[end..];
    }
    (items, rest)
}

fn inlines(text: &str) -> Vec<Inline> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let special = match c {
            '`' => code_span(rest),
            '*' => strong(rest),
            _ => None,
        };
        if let Some((part, length)) = special {
            flush(&mut plain, &mut parts);
            parts.push(part);
            rest = &rest[length..];
            continue;
        }
        // Runs of backticks that open nothing are text as a whole.
        let length = if c == '`' { rest.len() - rest.trim_start_matches('`').len() } else { c.len_utf8() };
        match rest[length..].chars().next() {
            Some(next) if c == '\\' && next.is_ascii_punctuation() => {
                plain.push(next);
                rest = &rest[length + 1..];
            }
            _ => {
                plain.push_str(&rest[..length]);
                rest = &rest[length..];
            }
        }
    }
    flush(&mut plain, &mut parts);
    parts
}

fn flush(plain: &mut String, parts: &mut Vec<Inline>) {
    if !plain.is_empty() {
        parts.push(Inline::Text(std::mem::take(plain)));
    }
}

/// A code span and its length: it ends at a run of as many backticks as it begins with.
fn code_span(text: &str) -> Option<(Inline, usize)> {
    let fence = text.bytes().take_while(|byte| *byte == b'`').count();
    let mut at = fence;
    while at < text.len() {
        let start = at + text[at..].find('`')?;
        let run = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        if run == fence {
            let content = &text[fence..start];
            let padded = content.starts_with(' ') && content.ends_with(' ') && !content.trim().is_empty();
            let content = if padded { &content[1..content.len() - 1] } else { content };
            return Some((Inline::Code(content.to_owned()), start + run));
        }
        at = start + run;
    }
    None
}

/// `**strong**`, which holds text and code alone.
fn strong(text: &str) -> Option<(Inline, usize)> {
    let content = text.strip_prefix("**")?;
    let end = content.find("**").filter(|end| *end > 0 && !content.starts_with(' '))?;
    let words = inlines(&content[..end]).into_iter().map(|part| match part {
        Inline::Text(text) | Inline::Code(text) | Inline::Strong(text) => text,
    });
    Some((Inline::Strong(words.collect()), end + 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pulldown_cmark::{Event, Parser, Tag, TagEnd};

    /// What a reader sees, one entry for each stretch of code and each block of text.
    fn seen(blocks: &[Block], out: &mut Vec<String>) {
        for block in blocks {
            match block {
                Block::Heading(level, parts) => out.push(format!("h{level} {}", text_of(parts))),
                Block::Paragraph(parts) => out.push(text_of(parts)),
                Block::List { items, .. } => items.iter().for_each(|item| seen(item, out)),
                Block::Code { language, text, .. } => out.push(format!("code {language}\n{text}")),
            }
        }
    }

    fn text_of(parts: &[Inline]) -> String {
        parts
            .iter()
            .map(|part| match part {
                Inline::Text(text) => text.clone(),
                Inline::Code(text) => format!("<code>{text}</code>"),
                Inline::Strong(text) => format!("<b>{text}</b>"),
            })
            .collect()
    }

    /// The same from a whole CommonMark reader.
    fn judged(markdown: &str) -> Vec<String> {
        let (mut out, mut line) = (Vec::new(), String::new());
        let mut flush = |line: &mut String| {
            if !line.is_empty() {
                out.push(std::mem::take(line));
            }
        };
        let mut in_strong = false;
        for event in Parser::new(markdown) {
            match event {
                Event::Start(Tag::Heading { level, .. }) => line = format!("h{} ", level as usize),
                Event::Start(Tag::CodeBlock(pulldown_cmark::CodeBlockKind::Fenced(language))) => {
                    flush(&mut line);
                    line = format!("code {language}\n");
                }
                Event::Start(Tag::Strong) => (in_strong, line) = (true, line + "<b>"),
                Event::End(TagEnd::Strong) => (in_strong, line) = (false, line + "</b>"),
                Event::Start(Tag::List(_)) => flush(&mut line),
                Event::End(TagEnd::Heading(_) | TagEnd::CodeBlock | TagEnd::Paragraph | TagEnd::Item) => {
                    flush(&mut line)
                }
                Event::Text(text) => line += &text,
                Event::Code(text) if in_strong => line += &text,
                Event::Code(text) => line += &format!("<code>{text}</code>"),
                Event::SoftBreak => line += " ",
                Event::Start(Tag::Item | Tag::Paragraph) | Event::End(TagEnd::List(_)) => {}
                other => panic!("the guide has {other:?}, which the page does not show"),
            }
        }
        out
    }

    #[track_caller]
    fn agrees(markdown: &str) {
        let mut own = Vec::new();
        seen(&read(markdown), &mut own);
        assert_eq!(own, judged(markdown), "{markdown}");
    }

    #[test]
    fn what_the_engine_writes_is_read_as_commonmark_is() {
        for markdown in [
            "# A `b` title\n\ntext on\ntwo lines\n## next\n",
            "- one `x`\n- **two**: `` a`b `` and \\*not\\*\n\n  ```sh\n  run\n\n    it\n  ```\n- three\n\nafter",
            "1. a\n\n   ```nix\n   { }\n   ```\n\n2. b\n   - c\n   - d\n\nend",
            "````\n```\n````\n",
            "**a `b` c** d \\\\ e `open",
            "`` ` `` and ` x ` and `  `",
        ] {
            agrees(markdown);
        }
    }

    #[test]
    fn the_guide_of_the_example_is_read_as_commonmark_is() {
        let flake = include_str!("../page/example/flake.nix");
        for style in ["module", "overlay"] {
            let machines = r#"{ "heron": { "variant": "vulkan" }, "osprey": { "variant": "cuda", "cuda_capabilities": ["8.9"] },
                "condor": { "variant": "rocm", "rocm_targets": ["gfx1100"], "server": {} }, "wren": { "variant": "cpu" } }"#;
            let files = serde_json::json!({ "flake.nix": flake });
            let text =
                format!(r#"{{ "files": {files}, "machines": {machines}, "options": {{ "style": "{style}" }} }}"#);
            let plan = crate::plan(&serde_json::from_str(&text).unwrap());
            assert!(plan.guide.len() > 2_000, "{:?}", plan.diagnostics);
            agrees(&plan.guide);
        }
    }

    #[test]
    fn any_text_is_read_to_its_end() {
        for text in ["", "```", "- ", "1. ", "**", "`", "\\", "- a\n   ", "####### x", "-", "** a**"] {
            read(text);
        }
    }
}
