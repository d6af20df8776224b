//! `cargo xtask serve`: the release page at http://127.0.0.1:8080, built again when a source changes.

use crate::{
    build,
    shell::{Done, step},
    tools,
};

pub fn run() -> Done {
    step(build::trunk("serve", tools::prepare()?)?.arg("--release"))
}
