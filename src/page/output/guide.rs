//! The guide: the plan's Markdown as elements. No HTML text is ever inserted.

use leptos::prelude::*;
use llama_fleet::service::{Answer, Block, Inline, Question, Span};

use crate::page::code::spans;
use crate::page::store::Store;

/// The guide, with the ways to take it away. `blocks` keeps what the engine said last.
#[component]
pub fn Guide(blocks: RwSignal<Vec<Block>>) -> impl IntoView {
    let store = Store::of_page();
    let guide = Memo::new(move |_| {
        store.planned.with(|timed| timed.as_ref().map(|timed| timed.planned.plan.guide.clone()).unwrap_or_default())
    });
    Effect::new(move |_| {
        if guide.with(String::is_empty) {
            return blocks.set(Vec::new());
        }
        // The engine has no plan for a text that does not parse.
        if store.stale.get() {
            return;
        }
        store.ask(Question::Guide, move |answer| match answer {
            Some(Answer::Guide(new)) if blocks.with_untracked(|old| *old != new) => blocks.set(new),
            Some(_) => {}
            None => store.say("The guide cannot be shown: the engine stopped over it. It can be copied."),
        });
    });
    let download = move |_| store.download("llama-cpp-guide.md", guide.get_untracked().as_bytes(), "text/markdown");
    view! {
        <div class="view-bar">
            <button type="button" on:click=move |_| store.copy("the guide", guide.get_untracked())>
                "Copy as Markdown"
            </button>
            <button type="button" on:click=download>
                "Download guide"
            </button>
        </div>
        <article class="guide">{move || blocks.with(|blocks| whole(blocks))}</article>
    }
}

/// The guide. What stands under its second title need not be read to do it: those sections are folded.
fn whole(blocks: &[Block]) -> impl IntoView + use<> {
    let is_title = |block: &Block| matches!(block, Block::Heading(1, _));
    let second = blocks.iter().enumerate().filter(|(_, block)| is_title(block)).nth(1).map(|(at, _)| at);
    let (to_do, background) = blocks.split_at(second.unwrap_or(blocks.len()));
    let sections = background.chunk_by(|_, next| !matches!(next, Block::Heading(1 | 2, _)));
    let section = |section: &[Block]| match section.split_first() {
        Some((Block::Heading(2, title), text)) => view! {
            <details>
                <summary>{inlines(title)}</summary>
                {elements(text)}
            </details>
        }
        .into_any(),
        _ => elements(section).into_any(),
    };
    let background = sections.map(section).collect_view();
    view! {
        {elements(to_do)}
        {background}
    }
}

fn elements(blocks: &[Block]) -> impl IntoView + use<> {
    blocks.iter().map(element).collect_view()
}

/// Headings begin two levels down: the page has its own above them.
fn element(block: &Block) -> AnyView {
    match block {
        Block::Heading(1, text) => view! { <h3 class="guide-title">{inlines(text)}</h3> }.into_any(),
        Block::Heading(2, text) => view! { <h4>{inlines(text)}</h4> }.into_any(),
        Block::Heading(_, text) => view! { <h5>{inlines(text)}</h5> }.into_any(),
        Block::Paragraph(text) => view! { <p>{inlines(text)}</p> }.into_any(),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| view! { <li>{elements(item)}</li> }).collect_view();
            match ordered {
                true => view! { <ol>{items}</ol> }.into_any(),
                false => view! { <ul>{items}</ul> }.into_any(),
            }
        }
        Block::Code { language, text, lines } => {
            view! { <Code language=language.clone() text=text.clone() lines=lines.clone() /> }.into_any()
        }
    }
}

fn inlines(parts: &[Inline]) -> impl IntoView + use<> {
    let part = |part: &Inline| match part {
        Inline::Text(text) => text.clone().into_any(),
        Inline::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
        Inline::Strong(text) => view! { <strong>{text.clone()}</strong> }.into_any(),
    };
    parts.iter().map(part).collect_view()
}

/// A block of code, with its copy button.
#[component]
fn Code(language: String, text: String, lines: Vec<Vec<Span>>) -> impl IntoView {
    let store = Store::of_page();
    let line = |(line, plain): (&Vec<Span>, &str)| {
        let class = match (language.as_str(), plain.chars().next()) {
            ("diff", Some('+')) => "line added",
            ("diff", Some('-')) => "line removed",
            _ => "line",
        };
        view! { <span class=class>{spans(line)} "\n"</span> }
    };
    let lines = lines.iter().zip(text.lines()).map(line).collect_view();
    let what = if language == "sh" { "the command" } else { "the block" };
    let copied = text.trim_end().to_owned();
    view! {
        <div class="snippet">
            <pre tabindex="0" role="group" aria-label="Code">
                {lines}
            </pre>
            <button type="button" class="quiet" on:click=move |_| store.copy(what, copied.clone())>
                "Copy"
            </button>
        </div>
    }
}
