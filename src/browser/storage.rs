//! What is kept on this device.

use gloo::storage::{LocalStorage, Storage};
use js_sys::{Array, JSON, Object, Reflect};
use llama_fleet::request::Files;
use wasm_bindgen::JsValue;

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

/// The files in a draft; `None`: it is none of format 1. The engine reads the rest, but no text waits for the engine.
pub fn files_in(draft: &str) -> Option<Files> {
    let draft = JSON::parse(draft).ok()?;
    if field(&draft, "version")?.as_f64() != Some(1.0) {
        return None;
    }
    let mut files = Files::new();
    for entry in Object::entries(&field(&field(&draft, "request")?, "files")?.into()).iter() {
        let entry = Array::from(&entry);
        files.insert(entry.get(0).as_string()?, entry.get(1).as_string()?);
    }
    Some(files)
}

/// The draft with these files in place of its own; `None`: it is no draft.
pub fn with_files(draft: &str, files: &Files) -> Option<String> {
    let draft = JSON::parse(draft).ok()?;
    let texts = Object::new();
    for (path, text) in files {
        Reflect::set(&texts, &path.into(), &text.into()).ok()?;
    }
    Reflect::set(&field(&draft, "request")?, &"files".into(), &texts).ok()?;
    JSON::stringify(&draft).ok()?.as_string()
}

/// A field of an object that has it.
fn field(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}

pub fn forget_draft() {
    LocalStorage::delete(DRAFT);
}
