//! What the machine says about itself: pasted, read, and what follows from it.

use leptos::prelude::*;

use super::Handle;

#[component]
pub fn Paste(handle: Handle) -> impl IntoView {
    let _ = handle;
}

#[component]
pub fn Advice(handle: Handle) -> impl IntoView {
    let _ = handle;
}
