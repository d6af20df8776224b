//! What is kept on this device.

use gloo::storage::{LocalStorage, Storage};

/// Where the draft is kept.
const DRAFT: &str = "llamafleet.draft";

/// The stored draft's text, if there is one and the browser lets the page see it.
pub fn draft() -> Option<String> {
    // Sites may be barred from storage: then there is no draft. Raw, because the draft is JSON already.
    let window = super::dom::window()?;
    window.local_storage().ok()??.get_item(DRAFT).ok()?
}

/// Keeps the draft; `false`: the browser does not (full, or barred).
pub fn keep_draft(text: &str) -> bool {
    LocalStorage::raw().set_item(DRAFT, text).is_ok()
}

pub fn forget_draft() {
    LocalStorage::delete(DRAFT);
}
