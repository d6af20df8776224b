//! The clipboard.

use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::dom;

/// Copies a text. Needs a page that was loaded safely (https, localhost or a file) and the user's permission.
pub async fn copy(text: &str) -> Result<(), JsValue> {
    let window = dom::window().ok_or(JsValue::NULL)?;
    let navigator = window.navigator();
    // Absent on pages loaded over plain http from elsewhere.
    if js_sys::Reflect::get(&navigator, &"clipboard".into())?.is_undefined() {
        return Err("this browser gives the clipboard only to pages loaded over https".into());
    }
    JsFuture::from(navigator.clipboard().write_text(text)).await.map(drop)
}
