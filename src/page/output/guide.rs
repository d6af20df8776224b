//! The guide: the plan's Markdown as elements. No HTML text is ever inserted; what is not known here is shown as text.

use leptos::prelude::*;
use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};

use crate::page::code::Painted;
use crate::page::store::Store;

#[component]
pub fn Guide(store: Store) -> impl IntoView {
    let guide = Memo::new(move |_| {
        store.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.guide.clone()).unwrap_or_default())
    });
    view! {
        <div class="view-bar">
            <button type="button" on:click=move |_| store.copy("the guide", guide.get_untracked())>"Copy as Markdown"</button>
            <button type="button" on:click=move |_| {
                store.download("llama-cpp-guide.md", guide.get_untracked().as_bytes(), "text/markdown");
            }>"Download guide"</button>
        </div>
        <article class="guide">{move || guide.with(|guide| rendered(store, guide))}</article>
    }
}

/// An element that is open, and what it holds so far.
struct Open {
    end: TagEnd,
    holds: Vec<AnyView>,
}

/// The whole text as elements.
fn rendered(store: Store, markdown: &str) -> AnyView {
    let mut open: Vec<Open> = Vec::new();
    let mut done: Vec<AnyView> = Vec::new();
    let mut code: Option<(String, String)> = None;
    let mut link = String::new();
    for event in Parser::new(markdown) {
        let made = match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let language = match kind {
                    CodeBlockKind::Fenced(language) => language.into_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                code = Some((language, String::new()));
                continue;
            }
            Event::End(TagEnd::CodeBlock) => match code.take() {
                Some((language, text)) => block(store, &language, text),
                None => continue,
            },
            Event::Text(text) => match &mut code {
                Some((_, content)) => {
                    content.push_str(&text);
                    continue;
                }
                None => text.into_string().into_any(),
            },
            Event::Start(tag) => {
                if let Tag::Link { dest_url, .. } = &tag {
                    link = dest_url.to_string();
                }
                open.push(Open { end: tag.to_end(), holds: Vec::new() });
                continue;
            }
            Event::End(end) => match open.pop() {
                Some(Open { holds, .. }) => element(end, holds, &link),
                None => continue,
            },
            Event::Code(text) => view! { <code>{text.into_string()}</code> }.into_any(),
            Event::SoftBreak => " ".into_any(),
            Event::HardBreak => view! { <br /> }.into_any(),
            Event::Rule => view! { <hr /> }.into_any(),
            Event::Html(text) | Event::InlineHtml(text) => text.into_string().into_any(),
            _ => continue,
        };
        match open.last_mut() {
            Some(parent) => parent.holds.push(made),
            None => done.push(made),
        }
    }
    // Every element is closed at the end of a Markdown text.
    debug_assert!(open.iter().all(|open| open.end == TagEnd::Paragraph) || open.is_empty());
    done.into_any()
}

/// The element that ends here. Headings begin one level down: the page has its own above them.
fn element(end: TagEnd, holds: Vec<AnyView>, link: &str) -> AnyView {
    match end {
        TagEnd::Heading(HeadingLevel::H1) => view! { <h3 class="guide-title">{holds}</h3> }.into_any(),
        TagEnd::Heading(HeadingLevel::H2) => view! { <h4>{holds}</h4> }.into_any(),
        TagEnd::Heading(_) => view! { <h5>{holds}</h5> }.into_any(),
        TagEnd::List(true) => view! { <ol>{holds}</ol> }.into_any(),
        TagEnd::List(false) => view! { <ul>{holds}</ul> }.into_any(),
        TagEnd::Item => view! { <li>{holds}</li> }.into_any(),
        TagEnd::Emphasis => view! { <em>{holds}</em> }.into_any(),
        TagEnd::Strong => view! { <strong>{holds}</strong> }.into_any(),
        TagEnd::BlockQuote(_) => view! { <blockquote>{holds}</blockquote> }.into_any(),
        TagEnd::Link if link.starts_with("https://") => {
            view! { <a href=link.to_owned() rel="noreferrer" target="_blank">{holds}</a> }.into_any()
        }
        TagEnd::Paragraph => view! { <p>{holds}</p> }.into_any(),
        _ => holds.into_any(),
    }
}

/// A block of code, with its copy button.
fn block(store: Store, language: &str, text: String) -> AnyView {
    let painted = Painted::new(&text, language == "nix");
    let lines = (1..=painted.len()).map(|line| (painted.line(line, &[]), "\n")).collect::<Vec<_>>();
    let what = if matches!(language, "sh" | "shell" | "bash" | "console") { "the commands" } else { "the block" };
    view! {
        <div class="snippet">
            <pre tabindex="0" role="region" aria-label="Code">{lines}</pre>
            <button type="button" class="quiet" on:click=move |_| store.copy(what, text.trim_end().to_owned())>"Copy"</button>
        </div>
    }
    .into_any()
}
