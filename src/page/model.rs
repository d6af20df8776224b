//! What the page knows, without a browser: tested natively.

pub mod fleet;
pub mod form;
pub mod history;
pub mod queue;
pub mod stage;
pub mod text;
pub mod window;
