//! Leptos elements of one type. `view!` gives every element, every attribute and every closure a type of its own, and
//! the framework is compiled once for each: that was half of the page's weight. Here are Leptos' own elements and
//! effects with those types erased where they are made.

use std::borrow::Cow;

use leptos::attr::any_attribute::{AnyAttribute, IntoAnyAttribute};
use leptos::attr::custom::custom_attribute;
use leptos::ev::{Custom, Event, KeyboardEvent, on};
use leptos::prelude::*;
use leptos::tachys::html::class::class;
use leptos::tachys::html::element::custom;
use leptos::tachys::html::property::prop;
use wasm_bindgen::JsCast;

use super::state::Derived;

/// A value that follows the signals it reads.
type Live<T> = Box<dyn FnMut() -> T + Send>;

/// An element that is being put together.
///
/// Boxed: so each step passes one word on.
#[must_use = "an element is shown as a part of another"]
pub struct El(Box<Unfinished>);

struct Unfinished {
    tag: &'static str,
    attributes: Vec<AnyAttribute>,
    children: Vec<AnyView>,
}

/// An element without attributes and parts; `tag` is its name in HTML.
pub fn el(tag: &'static str) -> El {
    El(Box::new(Unfinished { tag, attributes: Vec::new(), children: Vec::new() }))
}

/// A `<button type="button">` with its text, which acts when it is pressed.
pub fn button(text: impl Part, act: impl FnMut() + 'static) -> El {
    el("button").attr("type", "button").on_click(act).child(text)
}

impl El {
    /// An attribute. Of those that are just there (`hidden`, `open`) the value is empty.
    pub fn attr(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.0.attributes.push(custom_attribute(name, value.into()).into_any_attr());
        self
    }

    /// An attribute that follows signals; it is not there while the value is `None`.
    pub fn attr_live(mut self, name: &'static str, value: impl FnMut() -> Option<String> + Send + 'static) -> Self {
        let value: Live<Option<String>> = Box::new(value);
        self.0.attributes.push(custom_attribute(name, value).into_any_attr());
        self
    }

    /// An attribute of ARIA that is always there, as `true` or `false`.
    pub fn state(self, name: &'static str, mut holds: impl FnMut() -> bool + Send + 'static) -> Self {
        self.attr_live(name, move || Some(if holds() { "true" } else { "false" }.to_owned()))
    }

    /// An attribute without a value that is there while the condition holds.
    pub fn flag(self, name: &'static str, mut holds: impl FnMut() -> bool + Send + 'static) -> Self {
        self.attr_live(name, move || holds().then(String::new))
    }

    /// The classes, separated by blanks.
    pub fn class(self, names: impl Into<Cow<'static, str>>) -> Self {
        self.attr("class", names)
    }

    /// A class that the element has while the condition holds.
    pub fn class_live(mut self, name: &'static str, holds: impl FnMut() -> bool + Send + 'static) -> Self {
        let holds: Live<bool> = Box::new(holds);
        self.0.attributes.push(class((name, holds)).into_any_attr());
        self
    }

    pub fn id(self, id: impl Into<Cow<'static, str>>) -> Self {
        self.attr("id", id)
    }

    /// What a field holds.
    pub fn value(mut self, value: impl FnMut() -> String + Send + 'static) -> Self {
        let value: Live<String> = Box::new(value);
        self.0.attributes.push(prop("value", value).into_any_attr());
        self
    }

    /// A property that is true or false, for instance `checked`.
    pub fn prop(mut self, name: &'static str, holds: impl FnMut() -> bool + Send + 'static) -> Self {
        let holds: Live<bool> = Box::new(holds);
        self.0.attributes.push(prop(name, holds).into_any_attr());
        self
    }

    /// What happens at an event.
    pub fn on(mut self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        let act: Box<dyn FnMut(Event)> = Box::new(act);
        self.0.attributes.push(on(Custom::<Event>::new(event), act).into_any_attr());
        self
    }

    pub fn on_click(self, mut act: impl FnMut() + 'static) -> Self {
        self.on("click", move |_| act())
    }

    /// What happens with the text of a field or the value of a choice; `event` is `input` or `change`.
    pub fn on_value(self, event: &'static str, mut act: impl FnMut(String) + 'static) -> Self {
        self.on(event, move |event| act(event_target_value(&event)))
    }

    /// What happens with the state of a check box or a radio button.
    pub fn on_checked(self, mut act: impl FnMut(bool) + 'static) -> Self {
        self.on("change", move |event| act(event_target_checked(&event)))
    }

    pub fn on_key(self, mut act: impl FnMut(&KeyboardEvent) + 'static) -> Self {
        self.on("keydown", move |event| act(event.unchecked_ref()))
    }

    /// A part of the element, after those that it has.
    pub fn child(mut self, part: impl Part) -> Self {
        self.0.children.push(part.part());
        self
    }
}

/// What an element can have inside.
pub trait Part {
    fn part(self) -> AnyView;
}

impl Part for AnyView {
    fn part(self) -> AnyView {
        self
    }
}

impl Part for El {
    fn part(self) -> AnyView {
        let Unfinished { tag, attributes, children } = *self.0;
        // As the document says an element's name: Leptos keeps an element only where both are the same.
        custom(tag.to_ascii_uppercase()).child(children).add_any_attr(attributes).into_any()
    }
}

impl Part for Cow<'static, str> {
    fn part(self) -> AnyView {
        self.into_any()
    }
}

impl Part for &'static str {
    fn part(self) -> AnyView {
        Cow::Borrowed(self).part()
    }
}

impl Part for String {
    fn part(self) -> AnyView {
        Cow::<str>::Owned(self).part()
    }
}

impl Part for () {
    fn part(self) -> AnyView {
        ().into_any()
    }
}

impl<P: Part> Part for Option<P> {
    fn part(self) -> AnyView {
        self.map_or_else(|| ().into_any(), Part::part)
    }
}

impl<P: Part> Part for Vec<P> {
    fn part(self) -> AnyView {
        self.into_iter().map(Part::part).collect::<Vec<AnyView>>().into_any()
    }
}

impl<P: Part, const N: usize> Part for [P; N] {
    fn part(self) -> AnyView {
        self.map(Part::part).into_iter().collect::<Vec<AnyView>>().into_any()
    }
}

/// A part that follows the signals it reads. At each change its elements are made anew, and lose the focus and what was
/// typed: around fields and buttons it had better follow a [`Derived`].
pub fn live<P: Part>(mut view: impl FnMut() -> P + Send + 'static) -> AnyView {
    let view: Live<AnyView> = Box::new(move || view().part());
    view.into_any()
}

/// A part that is there while the condition holds.
pub fn when<P: Part>(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> P + Send + 'static,
) -> AnyView {
    let holds = Derived::new(condition);
    live(move || holds.get().then(&view))
}

/// What is done at once, and again whenever the signals it reads change.
pub fn effect(act: impl FnMut() + 'static) {
    let mut act: Box<dyn FnMut()> = Box::new(act);
    Effect::new(move |_| act());
}
