//! Tabs as the ARIA Authoring Practices describe them: one of them is in the tab order, arrows move between them.

use leptos::ev::KeyboardEvent;

/// The tab to go to from `current` of `count` at this key, or `None` when the key is none of a tab list's.
pub fn target(event: &KeyboardEvent, current: usize, count: usize) -> Option<usize> {
    if count == 0 || event.ctrl_key() || event.meta_key() || event.alt_key() {
        return None;
    }
    let target = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => (current + 1) % count,
        "ArrowLeft" | "ArrowUp" => (current + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return None,
    };
    event.prevent_default();
    Some(target)
}
