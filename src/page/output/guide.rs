//! The guide: the plan's Markdown as elements. No HTML text is ever inserted.

use leptos::prelude::*;
use llama_fleet::service::{Ask, Block, Inline, Said, Span};

use crate::page::code::spans;
use crate::page::state::{Derived, State};
use crate::page::store::Store;
use crate::page::view::{El, Part, button, effect, el, live};

/// The guide, with the ways to take it away. `shown` keeps what the engine said last.
pub fn guide(store: Store, shown: State<Vec<Block>>) -> AnyView {
    let guide = Derived::new(move || {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.guide.clone()).unwrap_or_default())
    });
    effect(move || {
        if guide.with(String::is_empty) {
            return shown.set(Vec::new());
        }
        store.ask(Ask::Guide, move |said| match said {
            Some(Said::Guide(new)) if shown.with_untracked(|old| *old != new) => shown.set(new),
            Some(_) => {}
            None => store.say("The guide cannot be shown: the engine stopped over it. It can be copied."),
        });
    });
    let download = move || store.download("llama-cpp-guide.md", guide.get_untracked().as_bytes(), "text/markdown");
    [
        el("div")
            .class("view-bar")
            .child(button("Copy as Markdown", move || store.copy("the guide", guide.get_untracked())))
            .child(button("Download guide", download)),
        el("article").class("guide").child(live(move || shown.with(|shown| blocks(store, shown)))),
    ]
    .part()
}

fn blocks(store: Store, blocks: &[Block]) -> Vec<El> {
    blocks.iter().map(|block| element(store, block)).collect()
}

/// Headings begin two levels down: the page has its own above them.
fn element(store: Store, block: &Block) -> El {
    match block {
        Block::Heading(1, text) => el("h3").class("guide-title").child(inlines(text)),
        Block::Heading(2, text) => el("h4").child(inlines(text)),
        Block::Heading(_, text) => el("h5").child(inlines(text)),
        Block::Paragraph(text) => el("p").child(inlines(text)),
        Block::List { ordered, items } => {
            let mut list = el(if *ordered { "ol" } else { "ul" });
            for item in items {
                list = list.child(el("li").child(blocks(store, item)));
            }
            list
        }
        Block::Code { language, text, lines } => code(store, language, text, lines),
    }
}

fn inlines(parts: &[Inline]) -> Vec<AnyView> {
    let mut views = Vec::with_capacity(parts.len());
    for part in parts {
        views.push(match part {
            Inline::Text(text) => text.clone().part(),
            Inline::Code(text) => el("code").child(text.clone()).part(),
            Inline::Strong(text) => el("strong").child(text.clone()).part(),
        });
    }
    views
}

/// A block of code, with its copy button.
fn code(store: Store, language: &str, text: &str, lines: &[Vec<Span>]) -> El {
    let mut block = el("pre").attr("tabindex", "0").attr("role", "group").attr("aria-label", "Code");
    for (line, plain) in lines.iter().zip(text.lines()) {
        let class = match (language, plain.chars().next()) {
            ("diff", Some('+')) => "line added",
            ("diff", Some('-')) => "line removed",
            _ => "line",
        };
        block = block.child(el("span").class(class).child(spans(line)).child("\n"));
    }
    let what = if language == "sh" { "the command" } else { "the block" };
    let copied = text.trim_end().to_owned();
    el("div")
        .class("snippet")
        .child(block)
        .child(button("Copy", move || store.copy(what, copied.clone())).class("quiet"))
}
