//! Colours for a text that stays one text: the CSS Custom Highlight API, where the browser has it.

use js_sys::{Array, Function, Object, Reflect};
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

/// A stretch of the text, in UTF-16 units, and the name of its colour.
pub type Stroke = (u32, u32, &'static str);

/// Paints the element's text; what was painted under these names before is painted over.
///
/// `false`: this browser cannot, and the text stays plain.
pub fn paint(element: &web_sys::Element, names: &[&'static str], strokes: &[Stroke]) -> bool {
    try_paint(element, names, strokes).is_ok()
}

fn try_paint(element: &web_sys::Element, names: &[&'static str], strokes: &[Stroke]) -> Result<(), JsValue> {
    let registry = Reflect::get(&Reflect::get(&js_sys::global(), &"CSS".into())?, &"highlights".into())?;
    let set: Function = Reflect::get(&registry, &"set".into())?.dyn_into()?;
    let text = element.first_child().ok_or(JsValue::NULL)?;
    for name in names {
        let ranges = Array::new();
        for (start, end, _) in strokes.iter().filter(|stroke| stroke.2 == *name) {
            let init = Object::new();
            Reflect::set(&init, &"startContainer".into(), &text)?;
            Reflect::set(&init, &"endContainer".into(), &text)?;
            Reflect::set(&init, &"startOffset".into(), &(*start).into())?;
            Reflect::set(&init, &"endOffset".into(), &(*end).into())?;
            ranges.push(&StaticRange::new(&init)?.into());
        }
        set.call2(&registry, &format!("nix-{name}").into(), &Highlight::new(&ranges)?.into())?;
    }
    Ok(())
}
