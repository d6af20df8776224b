//! What the page knows, without a browser: tested natively.

pub mod draft;
pub mod files;
pub mod form;
pub mod history;
pub mod queue;
pub mod text;
