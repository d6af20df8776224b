//! Elements, focus, time, and the address bar.

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, Event, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, Window};

/// The window; `None` in a worker.
pub fn window() -> Option<Window> {
    web_sys::window()
}

pub fn document() -> Option<Document> {
    window()?.document()
}

/// Does this at every such event anywhere on the page, as long as the page lives.
pub fn on_window(event: &str, act: impl FnMut(Event) + 'static) {
    listen(event, Closure::new(Box::new(act) as Box<dyn FnMut(Event)>));
}

fn listen(event: &str, act: Closure<dyn FnMut(Event)>) {
    let Some(window) = window() else { return };
    // Fails for no listener that is a function.
    let _ = window.add_event_listener_with_callback(event, act.into_js_value().unchecked_ref());
}

pub fn by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// Moves the focus to the element of this id.
pub fn focus(id: &str) {
    if let Some(element) = by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// Moves the focus once the page has shown the latest changes.
pub fn focus_soon(id: String) {
    gloo::timers::callback::Timeout::new(0, move || focus(&id)).forget();
}

/// Selects UTF-16 units `start..end` of the text field `id`, focuses it, and scrolls its `line` (from 1) into view.
pub fn select_in(id: &str, start: u32, end: u32, line: u32) {
    focus(id);
    stand_in(id, start, end, line);
}

/// The same without taking the focus.
pub fn stand_in(id: &str, start: u32, end: u32, line: u32) {
    let Some(field) = by_id(id).and_then(|element| element.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let _ = field.set_selection_range(start, end);
    let Ok(Some(scroller)) = field.closest(".editor") else { return };
    let middle = f64::from(scroller.client_height()) / 2.0;
    scroller.set_scroll_top((line_height(&field) * f64::from(line) - middle).max(0.0) as i32);
    scroller.set_scroll_left(0);
}

/// The height of an element's lines, in pixels; 0 where the browser does not tell.
pub fn line_height(element: &Element) -> f64 {
    let style = window().and_then(|window| window.get_computed_style(element).ok().flatten());
    let height = style.and_then(|style| style.get_property_value("line-height").ok()).unwrap_or_default();
    // Of text without a number at its beginning it makes "not a number", which is no height.
    js_sys::Number::parse_float(&height).max(0.0)
}

/// Whether the element of this id takes room on the page.
pub fn is_shown(id: &str) -> bool {
    by_id(id).is_some_and(|element| element.get_bounding_client_rect().width() > 0.0)
}

/// Scrolls the element of this id into view, no further than needed.
pub fn reveal(id: &str) {
    if let Some(element) = by_id(id) {
        element.scroll_into_view_with_bool(false);
    }
}

/// Opens the dialog of this id as a modal one; a dialog that is open stays so.
pub fn open_dialog(id: &str) {
    if let Some(dialog) = dialog(id).filter(|dialog| !dialog.open()) {
        // Fails only for a dialog that is not in the document.
        let _ = dialog.show_modal();
    }
}

pub fn close_dialog(id: &str) {
    if let Some(dialog) = dialog(id) {
        dialog.close();
    }
}

/// Whether the dialog of this id is shown.
pub fn is_open(id: &str) -> bool {
    dialog(id).is_some_and(|dialog| dialog.open())
}

fn dialog(id: &str) -> Option<HtmlDialogElement> {
    by_id(id)?.dyn_into().ok()
}

/// Whether the event came from a field in which one writes.
pub fn is_writing(target: Option<web_sys::EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    match element.tag_name().as_str() {
        "TEXTAREA" => true,
        "INPUT" => element.get_attribute("type").as_deref() == Some("text"),
        _ => false,
    }
}

/// The address bar's fragment with its `#`, or nothing.
pub fn fragment() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}

/// Takes the fragment out of the address bar, without a new entry in the history.
pub fn clear_fragment() {
    let Some(window) = window() else { return };
    let Ok(address) = window.location().href() else { return };
    let plain = address.split('#').next().unwrap_or_default();
    if let Ok(history) = window.history() {
        // Refused for file:// in some browsers: then the fragment stays, and is only shown.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(plain));
    }
}

/// The page's address with this fragment (from `#` on).
pub fn address_with(fragment: &str) -> String {
    let address = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    format!("{}{fragment}", address.split('#').next().unwrap_or_default())
}
