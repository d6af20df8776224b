//! What the forms are made of.

use llama_fleet::service::Mark;

use super::store::Store;
use super::view::{El, Part, el};

/// A line of text that the browser leaves as it is typed.
pub fn text_field() -> El {
    el("input")
        .attr("type", "text")
        .attr("autocapitalize", "off")
        .attr("autocomplete", "off")
        .attr("spellcheck", "false")
}

/// A field with its label before it.
pub fn labelled(label: &'static str, field: El) -> El {
    el("label").class("inline-field").child(el("span").child(label)).child(field)
}

/// A check box with its label.
pub fn check_box(
    label: impl Part,
    on: impl FnMut() -> bool + Send + 'static,
    choose: impl FnMut(bool) + 'static,
) -> El {
    let field = el("input").attr("type", "checkbox").prop("checked", on).on_checked(choose);
    choice(field, el("span").child(label))
}

/// A radio button of the group `name` with its label and, paler, what it means.
pub fn radio(
    name: &'static str,
    id: &'static str,
    words: (&'static str, &'static str),
    on: impl FnMut() -> bool + Send + 'static,
    mut choose: impl FnMut() + 'static,
) -> El {
    let field = el("input").attr("type", "radio").prop("checked", on).on_checked(move |_| choose());
    radio_of(name, id, words, field)
}

fn radio_of(name: &'static str, id: &'static str, (label, help): (&'static str, &'static str), field: El) -> El {
    let help = el("span").class("faint").child(" ".to_owned() + help);
    choice(field.attr("name", name).id(id), el("span").child(label).child(help)).attr("for", id)
}

fn choice(field: El, words: El) -> El {
    el("label").class("choice").child(field).child(words)
}

/// A group of fields: its lines in the result are marked while it is pointed at, and it while they are.
pub fn marked(store: Store, mark: Mark) -> El {
    let own = mark.clone();
    let mut group = el("fieldset")
        .class("field")
        .class_live("lit", move || store.pointed.with(|pointed| pointed.as_ref() == Some(&own)));
    for event in ["mouseenter", "focusin"] {
        let mark = mark.clone();
        group = group.on(event, move |_| store.pointed.set(Some(mark.clone())));
    }
    for event in ["mouseleave", "focusout"] {
        let mark = mark.clone();
        group = group.on(event, move |_| {
            if store.pointed.with_untracked(|pointed| pointed.as_ref() == Some(&mark)) {
                store.pointed.set(None);
            }
        });
    }
    group
}
