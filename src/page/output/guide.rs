//! The guide: the plan's Markdown as elements. No HTML text is ever inserted.

use leptos::prelude::*;

use crate::page::code::Painted;
use crate::page::erased::{clicked, shown};
use crate::page::model::markdown::{self, Block, Inline};
use crate::page::store::Store;

#[component]
pub fn Guide(store: Store) -> impl IntoView {
    let guide = Memo::new(move |_| {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.guide.clone()).unwrap_or_default())
    });
    view! {
        <div class="view-bar">
            <button type="button" on:click=clicked(move || store.copy("the guide", guide.get_untracked()))>"Copy as Markdown"</button>
            <button type="button" on:click=clicked(move || {
                store.download("llama-cpp-guide.md", guide.get_untracked().as_bytes(), "text/markdown");
            })>"Download guide"</button>
        </div>
        <article class="guide">{shown(move || guide.with(|guide| blocks(store, &markdown::read(guide))))}</article>
    }
}

fn blocks(store: Store, blocks: &[Block]) -> AnyView {
    blocks.iter().map(|block| element(store, block)).collect_view().into_any()
}

/// Headings begin two levels down: the page has its own above them.
fn element(store: Store, block: &Block) -> AnyView {
    match block {
        Block::Heading(1, text) => view! { <h3 class="guide-title">{inlines(text)}</h3> }.into_any(),
        Block::Heading(2, text) => view! { <h4>{inlines(text)}</h4> }.into_any(),
        Block::Heading(_, text) => view! { <h5>{inlines(text)}</h5> }.into_any(),
        Block::Paragraph(text) => view! { <p>{inlines(text)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| view! { <li>{blocks(store, item)}</li> }).collect_view();
            if *ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
        Block::Code { language, text } => code(store, language, text.clone()),
    }
}

fn inlines(parts: &[Inline]) -> AnyView {
    parts
        .iter()
        .map(|part| match part {
            Inline::Text(text) => text.clone().into_any(),
            Inline::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
            Inline::Strong(text) => view! { <strong>{text.clone()}</strong> }.into_any(),
        })
        .collect_view()
        .into_any()
}

/// A block of code, with its copy button.
fn code(store: Store, language: &str, text: String) -> AnyView {
    let painted = Painted::new(&text, language == "nix");
    let lines: Vec<AnyView> = (1..=painted.len())
        .map(|line| {
            let sign = text.lines().nth(line - 1).and_then(|line| line.chars().next());
            let class = match (language, sign) {
                ("diff", Some('+')) => "line added",
                ("diff", Some('-')) => "line removed",
                _ => "line",
            };
            view! { <span class=class>{painted.line(line, &[])} "\n"</span> }.into_any()
        })
        .collect();
    let what = if language == "sh" { "the command" } else { "the block" };
    view! {
        <div class="snippet">
            <pre tabindex="0" role="group" aria-label="Code">{lines}</pre>
            <button type="button" class="quiet" on:click=clicked(move || store.copy(what, text.trim_end().to_owned()))>"Copy"</button>
        </div>
    }
    .into_any()
}
