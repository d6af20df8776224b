//! Colours for a text that stays one text: the CSS Custom Highlight API, where the browser has it.

use js_sys::{Array, Function, Object, Reflect};
use llama_fleet::service::Stroke;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = StaticRange)]
    type StaticRange;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> Result<StaticRange, JsValue>;

    type Highlight;
    #[wasm_bindgen(constructor, variadic, catch)]
    fn new(ranges: &Array) -> Result<Highlight, JsValue>;
}

/// Paints the text of an element; what was painted under these names before is painted over. A stroke is of the colour
/// that stands at its number in `names`.
///
/// `false`: this browser cannot, and the text stays plain.
pub fn paint(element: &web_sys::Element, names: &[&str], strokes: &[Stroke]) -> bool {
    try_paint(element, names, strokes).is_ok()
}

fn try_paint(element: &web_sys::Element, names: &[&str], strokes: &[Stroke]) -> Result<(), JsValue> {
    let registry = Reflect::get(&Reflect::get(&js_sys::global(), &"CSS".into())?, &"highlights".into())?;
    let set: Function = Reflect::get(&registry, &"set".into())?.dyn_into()?;
    // An empty element has no text, and nothing in it to paint.
    let Some(text) = element.first_child() else { return Ok(()) };
    let [first, last, from, to] = ["startContainer", "endContainer", "startOffset", "endOffset"].map(JsValue::from);
    for (number, name) in names.iter().enumerate() {
        let ranges = Array::new();
        for (start, end, _) in strokes.iter().filter(|stroke| usize::from(stroke.2) == number) {
            let init = Object::new();
            Reflect::set(&init, &first, &text)?;
            Reflect::set(&init, &last, &text)?;
            Reflect::set(&init, &from, &(*start).into())?;
            Reflect::set(&init, &to, &(*end).into())?;
            ranges.push(&StaticRange::new(&init)?.into());
        }
        set.call2(&registry, &("nix-".to_owned() + name).into(), &Highlight::new(&ranges)?.into())?;
    }
    Ok(())
}
