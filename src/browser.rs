//! The browser: the only place that names its interfaces.

pub mod clipboard;
pub mod dom;
pub mod download;
pub mod files;
pub mod folder;
pub mod paint;
pub mod storage;
pub mod worker;
