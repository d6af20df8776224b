//! Nix programs that do not end, or that grow without bound.

use std::fmt::Write;
use std::time::Instant;

use llama_fleet::plan;
use llama_fleet::report::Outcome;
use llama_fleet::request::{Files, Machine, Request, Variant};

use crate::tools::{Answer, ask, ask_flake};

/// A flake whose machines are `hosts`, with `bindings` in scope.
fn flake(bindings: &str, hosts: &str) -> String {
    format!(
        "{{\n  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";\n  outputs = {{ self, nixpkgs, ... }}@inputs: let\n    \
         lib = nixpkgs.lib;\n    system = modules: lib.nixosSystem {{ inherit modules; }};\n{bindings}  in {{\n    \
         nixosConfigurations = {hosts};\n  }};\n}}\n"
    )
}

/// A program of which not everything can be told: it says so, at a place.
#[track_caller]
fn told(name: &str, bindings: &str, hosts: &str) -> Answer {
    let answer = ask_flake(name, flake(bindings, hosts));
    assert!(!answer.plan.diagnostics.is_empty() || !answer.inspection.machines.is_empty(), "{name}");
    answer
}

#[test]
fn cycles_end() {
    for (name, bindings, hosts) in [
        ("a cyclic let", "a = b; b = a;", "a"),
        ("a value that is itself", "a = a;", "a"),
        ("a set that is itself", "a = a // { carbon = system [ ]; };", "a"),
        ("a list that is itself", "a = a ++ a;", "{ carbon = system a; }"),
        ("a cycle through inherit", "a = { inherit (b) x; }; b = { inherit (a) x; };", "a.x"),
        ("a cycle through with", "a = with b; x; b = with a; x;", "a"),
        ("self", "", "self.nixosConfigurations"),
        ("self, deeper", "", "self.outputs.outputs.nixosConfigurations // { carbon = system [ ]; }"),
        ("a rec set", "a = rec { x = y; y = z; z = x; };", "a.x"),
        ("a machine that is itself", "", "rec { carbon = carbon; }"),
        ("an extended machine that is itself", "", "rec { carbon = carbon.extendModules { modules = [ ]; }; }"),
        ("a dynamic name that is itself", "a = { ${b} = 1; }; b = builtins.head (builtins.attrNames a);", "a"),
        ("a string that is itself", "a = \"${a}x\";", "{ ${a} = system [ ]; }"),
    ] {
        told(name, bindings, hosts);
    }
}

#[test]
fn recursive_functions_end() {
    for (name, bindings, hosts) in [
        ("omega", "", "(x: x x) (x: x x)"),
        ("a function that calls itself", "f = x: f x;", "f 1"),
        ("a growing call", "f = x: f (x ++ x);", "f [ 1 ]"),
        ("mutually recursive helpers", "f = x: g { a = x; }; g = x: f { b = x; };", "f { }"),
        ("the Y combinator", "y = f: (x: f (x x)) (x: f (x x)); hosts = y (self: { carbon = self.carbon; });", "hosts"),
        ("a recursion that branches", "f = x: (f x) // (f x);", "f { }"),
        ("a recursion that branches threefold", "f = x: f (f (f x));", "f { }"),
        ("a recursion through genAttrs", "f = n: lib.genAttrs [ n ] f;", "f \"carbon\""),
        ("a recursion through a default", "f = { a ? f { } }: a;", "f { }"),
        ("a recursion through pipes", "f = x: x |> f;", "1 |> f"),
    ] {
        told(name, bindings, hosts);
    }
}

/// `a0` from `a1` twice, and so on: 2^100 of the last one.
fn doubled(step: impl Fn(String) -> String, last: &str) -> String {
    let mut bindings = String::new();
    for at in 0..100 {
        writeln!(bindings, "    a{at} = {};", step(format!("a{}", at + 1))).unwrap();
    }
    writeln!(bindings, "    a100 = {last};").unwrap();
    bindings
}

#[test]
fn exponential_growth_is_bounded() {
    for (name, bindings, hosts) in [
        ("doubled lists", doubled(|a| format!("{a} ++ {a}"), "[ ./x.nix ]"), "{ carbon = system a0; }"),
        (
            "doubled concatLists",
            doubled(|a| format!("builtins.concatLists [ {a} {a} ]"), "[ 1 ]"),
            "{ carbon = system a0; }",
        ),
        ("doubled lib.flatten", doubled(|a| format!("lib.flatten [ {a} {a} ]"), "[ 1 ]"), "{ carbon = system a0; }"),
        (
            "doubled concatMap",
            doubled(|a| format!("builtins.concatMap (x: {a}) [ 1 2 ]"), "[ 1 ]"),
            "{ carbon = system a0; }",
        ),
        ("doubled strings", doubled(|a| format!("\"${{{a}}}${{{a}}}\""), "\"x\""), "{ ${a0} = system [ ]; }"),
        ("doubled sums", doubled(|a| format!("{a} + {a}"), "\"x\""), "{ ${a0} = system [ ]; }"),
        ("doubled paths", doubled(|a| format!("{a} + \"/y\" + (toString {a})"), "./x"), "{ carbon = system [ a0 ]; }"),
        ("doubled sets", doubled(|a| format!("{{ l = {a}; r = {a}; }}"), "system [ ]"), "{ carbon = a0; }"),
        ("doubled updates", doubled(|a| format!("lib.recursiveUpdate {{ x = {a}; }} {{ x = {a}; }}"), "{ }"), "a0"),
        ("doubled calls", doubled(|a| format!("(x: y: x) ({a}) ({a})"), "{ }"), "a0"),
        ("doubled functions", doubled(|a| format!("x: {a} ({a} x)"), "x: x"), "a0 { carbon = system [ ]; }"),
        ("nested maps", doubled(|a| format!("map (x: {a}) [ 1 2 3 ]"), "1"), "{ carbon = system a0; }"),
        ("nested genAttrs", doubled(|a| format!("lib.genAttrs [ \"x\" \"y\" ] (n: {a})"), "system [ ]"), "a0"),
        ("nested mapAttrs", doubled(|a| format!("lib.mapAttrs (n: v: {a}) {{ x = 1; y = 2; }}"), "system [ ]"), "a0"),
    ] {
        told(name, &bindings, hosts);
    }
}

#[test]
fn long_folds_are_bounded() {
    let items = "1 ".repeat(20_000);
    for (name, step, start, hosts) in [
        ("a path that grows", "acc: n: acc.a", "nixpkgs", "{ carbon = fold; }"),
        ("a string that grows", "acc: n: acc + acc", "\"xxxxxxxx\"", "{ ${fold} = system [ ]; }"),
        ("a list that grows", "acc: n: acc ++ acc", "[ 1 ]", "{ carbon = system fold; }"),
        ("a list that grows slowly", "acc: n: acc ++ [ n ]", "[ ]", "{ carbon = system fold; }"),
        ("maps of maps", "acc: n: map (x: x) acc", "[ ./x.nix ]", "{ carbon = system fold; }"),
        ("calls of calls", "acc: n: map lib.id acc", "[ ./x.nix ]", "{ carbon = system fold; }"),
        ("sets in sets", "acc: n: { a = acc; b = acc; }", "{ }", "lib.recursiveUpdate fold fold"),
        ("machines of machines", "acc: n: lib.nixosSystem acc", "{ }", "{ carbon = fold; }"),
        (
            "extensions of extensions",
            "acc: n: acc.extendModules { modules = [ ]; }",
            "system [ ]",
            "{ carbon = fold; }",
        ),
        ("an extension by itself", "acc: n: acc.extendModules acc", "system [ ]", "{ carbon = fold; }"),
    ] {
        told(name, &format!("    fold = builtins.foldl' ({step}) {start} [ {items} ];\n"), hosts);
    }
}

/// 3,000 bindings, each of which leads to the next: deeper than any stack of a browser.
#[test]
fn long_chains_of_bindings_are_bounded() {
    for (name, step, hosts) in [
        ("names", "a{next}", "a0"),
        ("parentheses", "(a{next})", "a0"),
        ("inherited names", "{ inherit (a{next}) x; }", "a0.x"),
        ("selections", "{ x = a{next}.x; }", "a0.x"),
        ("withs", "with { y = 1; }; a{next}", "a0"),
        ("calls", "(x: x) a{next}", "a0"),
        ("functions", "x: a{next} x", "a0 1"),
        ("identities", "lib.id a{next}", "a0"),
        ("updates", "a{next} // { }", "a0"),
        ("concatenations", "a{next} ++ [ ]", "{ carbon = system a0; }"),
        ("maps", "map lib.id a{next}", "{ carbon = system a0; }"),
        ("negations", "!a{next}", "if a0 then { } else { }"),
        ("strings", "\"${a{next}}\"", "{ ${a0} = system [ ]; }"),
        ("formals", "{ x ? a{next} { } }: x", "a0 { }"),
        ("recursive updates", "lib.recursiveUpdate { x = a{next}; } { x = a{next}; }", "a0"),
        ("machines", "lib.nixosSystem a{next}", "{ carbon = a0; }"),
    ] {
        let mut bindings = String::new();
        for at in 0..3_000 {
            writeln!(bindings, "    a{at} = {};", step.replace("{next}", &(at + 1).to_string())).unwrap();
        }
        bindings.push_str("    a3000 = { };\n");
        told(&format!("3,000 bindings: {name}"), &bindings, hosts);
    }
}

/// Much of one thing, all of it right.
#[test]
fn large_sets_are_read_in_linear_time() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    for (name, bindings) in [
        ("20,000 bindings", many(20_000, &|at| format!("    a{at} = {at};\n"))),
        ("20,000 bindings with one first name", many(20_000, &|at| format!("    a.b{at} = {at};\n"))),
        ("20,000 bindings with one first and second name", many(20_000, &|at| format!("    a.b.c{at} = {at};\n"))),
        ("20,000 sets under one name", many(20_000, &|at| format!("    a = {{ b{at} = {at}; }};\n"))),
        ("20,000 inherited names", many(20_000, &|at| format!("    inherit (self) a{at};\n"))),
    ] {
        let answer = told(name, &bindings, "{ carbon = system [ (x: a) ]; }");
        assert_eq!(answer.inspection.machines.len(), 1, "{name}");
    }
    let inputs = many(20_000, &|at| format!("  inputs.i{at}.url = \"github:a/b\";\n"));
    let text = format!("{{\n{inputs}  outputs = inputs: {{ nixosConfigurations = {{ }}; }};\n}}\n");
    assert_eq!(ask_flake("20,000 inputs", text).inspection.inputs.len(), 20_000);
}

#[test]
fn ten_thousand_machines_are_read() {
    let hosts: String = (0..10_000)
        .map(|at| format!("      m{at} = nixpkgs.lib.nixosSystem {{ modules = [ ./m{at}.nix ]; }};\n"))
        .collect();
    let answer =
        ask("10,000 machines", Files::from([("flake.nix".into(), flake("", &format!("{{\n{hosts}    }}")))]), "m77");
    assert_eq!(answer.inspection.machines.len(), 10_000, "{:?}", answer.inspection.diagnostics);
    let names: String = (0..10_000).map(|at| format!(" \"m{at}\"")).collect();
    let text = flake("", &format!("lib.genAttrs [{names} ] (name: system [ ./x.nix ])"));
    let answer = ask("10,000 generated machines", Files::from([("flake.nix".into(), text)]), "m77");
    assert_eq!(answer.inspection.machines.len(), 10_000, "{:?}", answer.inspection.diagnostics);
}

#[test]
fn ten_thousand_machines_are_all_planned() {
    let names: Vec<String> = (0..10_000).map(|at| format!("m{at}")).collect();
    let hosts: String = names.iter().map(|name| format!("      {name} = system [ ./{name}.nix ];\n")).collect();
    let files = Files::from([("flake.nix".to_owned(), flake("", &format!("{{\n{hosts}    }}")))]);
    let machines = names.into_iter().map(|name| (name, Machine::new(Variant::Cpu))).collect();
    let started = Instant::now();
    let plan = plan(&Request { files, machines, ..Request::default() });
    println!("10,000 machines, all of them chosen: plan {:.1?}", started.elapsed());
    assert_eq!(plan.outcome, Outcome::Complete, "{:?}", plan.diagnostics);
}

#[test]
fn files_that_import_each_other_end() {
    let mut files = Files::from([("flake.nix".to_owned(), flake("", "import ./0.nix"))]);
    for at in 0..1_000 {
        files.insert(format!("{at}.nix"), format!("import ./{}.nix", (at + 1) % 1_000));
    }
    ask("1,000 files that import each other in a ring", files, "carbon");

    let mut files = Files::from([("flake.nix".to_owned(), flake("", "{ carbon = system [ ./0.nix ]; }"))]);
    for at in 0..1_000 {
        let imports: String = (1..4).map(|step| format!(" ./{}.nix", (at + step) % 1_000)).collect();
        files.insert(format!("{at}.nix"), format!("{{ imports = [{imports} ]; a{at} = 1; }}\n"));
    }
    ask("1,000 modules that import three others each", files, "carbon");

    let part = "{ imports = [ ./part.nix ./part.nix ./part.nix ]; flake.nixosConfigurations = { }; }";
    let text = "{ inputs.flake-parts.url = \"github:hercules-ci/flake-parts\"; outputs = inputs: \
                inputs.flake-parts.lib.mkFlake { inherit inputs; } ./part.nix; }";
    let files = Files::from([("flake.nix".to_owned(), text.to_owned()), ("part.nix".to_owned(), part.to_owned())]);
    ask("a part that imports itself three times", files, "carbon");

    for (name, part) in [
        ("a part that imports three of itself as values", "{ imports = [ part part part ]; flake.a = 1; }"),
        ("a part that is a function and imports three of itself", "{ ... }: { imports = [ part part part ]; }"),
    ] {
        let text = format!(
            "{{ inputs.flake-parts.url = \"github:hercules-ci/flake-parts\"; outputs = inputs: let part = {part}; in \
             inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} part; }}"
        );
        ask(name, Files::from([("flake.nix".to_owned(), text)]), "carbon");
    }
}
