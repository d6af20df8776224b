//! One type for each kind of thing that changes or is heard: every closure of its own type would be compiled with
//! all of the framework around it again, which made nine tenths of the page's weight.

use leptos::ev::{Event, FocusEvent, MouseEvent};
use leptos::prelude::*;

/// A value that follows the signals it reads.
pub type Live<T> = Box<dyn FnMut() -> T + Send>;

/// A value of an attribute that changes.
pub fn live<T>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// Text, or any other part of the page that changes.
pub fn shown<V: IntoAny>(mut view: impl FnMut() -> V + Send + 'static) -> Live<AnyView> {
    Box::new(move || view().into_any())
}

/// A part of the page that is there while the condition holds.
pub fn when<V: IntoAny>(
    condition: impl Fn() -> bool + Send + Sync + 'static,
    view: impl Fn() -> V + Send + 'static,
) -> Live<AnyView> {
    let holds = Memo::new(move |_| condition());
    Box::new(move || if holds.get() { view().into_any() } else { ().into_any() })
}

/// What a click does.
pub fn clicked(mut act: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

/// What happens while the pointer is over something: `true` when it comes, `false` when it goes.
pub fn mouse(mut act: impl FnMut() + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(move |_| act())
}

/// What happens when the focus comes or goes.
pub fn focused(mut act: impl FnMut() + 'static) -> Box<dyn FnMut(FocusEvent)> {
    Box::new(move |_| act())
}

/// What happens with the text of a field or the value of a choice.
pub fn typed(mut act: impl FnMut(String) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_value(&event)))
}

/// What happens with the state of a check box or a radio button.
pub fn checked(mut act: impl FnMut(bool) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(move |event| act(event_target_checked(&event)))
}
