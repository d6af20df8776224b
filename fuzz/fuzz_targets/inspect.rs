//! Any text as flake.nix, as a file that a good flake imports, and as a module of a machine.
#![no_main]

use libfuzzer_sys::fuzz_target;
use llama_fleet::inspect;
use llama_fleet::request::Files;

const FLAKE: &str = "{ inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"; outputs = { nixpkgs, ... }@inputs: { \
                     nixosConfigurations = import ./hosts.nix inputs; }; }";

const MACHINE: &str = "{ inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"; outputs = { nixpkgs, ... }: { \
                       nixosConfigurations.heron = nixpkgs.lib.nixosSystem { modules = [ ./heron.nix ]; }; }; }";

fuzz_target!(|text: &str| {
    inspect(&Files::from([("flake.nix".to_owned(), text.to_owned())]));
    inspect(&Files::from([("flake.nix".to_owned(), FLAKE.to_owned()), ("hosts.nix".to_owned(), text.to_owned())]));
    inspect(&Files::from([("flake.nix".to_owned(), MACHINE.to_owned()), ("heron.nix".to_owned(), text.to_owned())]));
});
