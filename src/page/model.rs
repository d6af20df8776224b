//! What the page knows, without a browser: tested natively.

pub mod draft;
pub mod files;
pub mod form;
pub mod history;
pub mod markdown;
pub mod marks;
pub mod protocol;
pub mod queue;
pub mod text;
