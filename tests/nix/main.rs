//! The generated Nix, evaluated: whole fleets through [`llama_fleet::plan`] and the real evaluator.
//!
//! What stands in for nixpkgs, NixOS and llama.cpp's flake is beside this file, small and of our own making:
//! `nixpkgs/` (a folder a release), `llama-cpp/` (a folder a revision), `others/`; `call-flake.nix` calls a flake as Nix
//! does, `observe.nix` says what a fleet comes to.

mod backends;
mod evaluator;
mod expect;
mod fleet;
mod homes;
mod matrix;
mod options;
mod plans_of_the_past;
mod shapes;
mod switches;
mod toolkits;
mod users_fleet;
mod uses;
