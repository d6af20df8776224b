//! How much stack reading takes at its deepest.

use std::fmt::Write;

use crate::flake::Flake;
use crate::flake::trees::Sources;
use crate::request::Files;

/// A browser's worker has about a megabyte, and unoptimised code takes many times what it takes there.
const STACK: usize = if cfg!(debug_assertions) { 8 << 20 } else { 512 << 10 };

/// Each binding leads to the next in another way, farther than the bound on depth.
#[test]
fn the_deepest_reading_fits_the_stack_of_a_browsers_worker() {
    for (step, hosts) in [
        ("a{next}", "a0"),
        ("(((a{next})))", "a0"),
        ("{ inherit (a{next}) x; }", "a0.x"),
        ("{ x = a{next}.x; }", "a0.x"),
        ("with { y = 1; }; with { z = 1; }; a{next}", "a0"),
        ("(x: y: x) a{next} 1", "a0"),
        ("x: a{next} x", "a0 1"),
        ("if !(!a{next}) then 1 else 2", "a0"),
        ("lib.id (lib.mkForce a{next})", "a0"),
        ("a{next} // { }", "a0"),
        ("a{next} ++ [ ]", "{ carbon = lib.nixosSystem { modules = a0; }; }"),
        ("map lib.id a{next}", "{ carbon = lib.nixosSystem { modules = a0; }; }"),
        ("builtins.concatMap (x: [ x ]) a{next}", "{ carbon = lib.nixosSystem { modules = a0; }; }"),
        ("\"${a{next}}\"", "{ ${a0} = 1; }"),
        ("{ x ? a{next} { } }: x", "a0 { }"),
        ("lib.recursiveUpdate { x = a{next}; } { x = a{next}; }", "a0"),
        ("lib.pipe a{next} [ (x: x) ]", "a0"),
        ("builtins.foldl' (x: y: x // y) a{next} [ { } ]", "a0"),
        ("lib.filterAttrs (n: v: true) a{next}", "a0"),
        ("lib.flip (x: y: y) 1 a{next}", "a0"),
        ("lib.nixosSystem a{next}", "{ carbon = a0; }"),
        ("a{next}.extendModules { modules = a{next}; }", "{ carbon = a0; }"),
    ] {
        let mut bindings = String::from("lib = nixpkgs.lib;\n");
        for at in 0..600 {
            writeln!(bindings, "a{at} = {};", step.replace("{next}", &(at + 1).to_string())).unwrap();
        }
        read_on_a_small_stack(step, Files::from([("flake.nix".to_owned(), flake_of(&bindings, hosts))]));
    }
    // options that each lead to the next
    for step in [
        "a{at} = config.a{next};",
        "a{at} = lib.mkIf config.a{next} true;",
        "b{at}.c = lib.mkForce config.b{next}.c;",
        "a{at} = lib.mkMerge [ (lib.mkIf (!config.a{next}) { x = config.a{next}; }) ];",
        "a{at} = if config.a{next} then 1 else 2;",
    ] {
        let mut module = String::from("{ config, lib, ... }: {\n");
        for at in 0..600 {
            let step = step.replace("{at}", &at.to_string());
            writeln!(module, "{}", step.replace("{next}", &(at + 1).to_string())).unwrap();
        }
        module.push_str("nixpkgs.hostPlatform = lib.mkIf (config.a0 or config.b0.c) \"x86_64-linux\"; }");
        let flake = flake_of("", "{ carbon = nixpkgs.lib.nixosSystem { modules = [ ./carbon.nix ]; }; }");
        let files = [("flake.nix".to_owned(), flake), ("carbon.nix".to_owned(), module)];
        read_on_a_small_stack(step, Files::from(files));
    }
}

fn flake_of(bindings: &str, hosts: &str) -> String {
    format!(
        "{{ inputs.nixpkgs.url = \"github:NixOS/nixpkgs\"; outputs = {{ self, nixpkgs }}: let {bindings} a600 = {{ }}; in {{ \
             nixosConfigurations = {hosts}; }}; }}"
    )
}

fn read_on_a_small_stack(step: &str, files: Files) {
    println!("{step}");
    let read = move || assert!(Flake::read(Sources::of(&files)).is_ok());
    let stack = std::env::var("STACK_KB").map_or(STACK, |kb| kb.parse::<usize>().expect("a number") << 10);
    std::thread::Builder::new().stack_size(stack).spawn(read).expect("a thread").join().expect("no panic");
}
