//! What the proof lets pass, and what it refuses: a right result, and results that are wrong in one point.

use super::trial::{FLAKE, Trial, WRAPPED, WRAPPER, proved, refused, with};
use crate::report::How;

#[test]
fn a_right_result_passes() {
    Trial::new(FLAKE).passes();
}

#[test]
fn the_hunks_have_to_make_the_result() {
    let mut trial = Trial::new(FLAKE);
    trial.files[0].hunks[1].insert.push(' ');
    trial.fails("the hunks do not make the result");
    let mut trial = Trial::new(FLAKE);
    trial.files[0].hunks[0].end = usize::MAX;
    trial.fails("the hunks do not make the result");
}

#[test]
fn every_nix_file_has_to_parse_and_no_other() {
    Trial::new(FLAKE).created("machines/carbon.nix", "{ a = ; }").fails("a");
    Trial::new(FLAKE).created("README.md", "{ a = ; }").passes();
}

#[test]
fn what_the_user_wrote_means_what_it_meant() {
    // what was filtered is taken whole
    let carbon = "{ lib, keep, all, ... }: { environment.systemPackages = lib.filter keep «→[ ] ++ »all; }";
    Trial::new(FLAKE).file("carbon.nix", carbon).fails("line 1");
    // a file of ours that is replaced as a whole has nothing of the user's
    Trial::new(FLAKE).file("carbon-llama-cpp.nix", "«{ a = 1; }→{ b = 2; }»").passes();
    // a file that did not parse has no meaning to keep
    Trial::new(FLAKE).file("carbon.nix", "{ a = «→1»; }").passes();
}

#[test]
fn the_input_is_there_and_is_llama_cpp() {
    refused("    llama-cpp.url = \"github:ggml-org/llama.cpp\";\n", "", "has no URL");
    let without = with(FLAKE, "    llama-cpp.url = \"github:ggml-org/llama.cpp\";\n", "");
    let without = with(&without, "\n    llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";", "\n    # nothing");
    Trial::new(&without).fails("the input `llama-cpp` is not among the inputs");
    // an input of the user's that has no URL is one of the registry
    proved(
        "«→\n    llama-cpp.url = \"github:ggml-org/llama.cpp\";\n    llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";»",
        "\n    llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";",
    );
}

#[test]
fn llama_cpp_is_one_input() {
    let two = "\n    extra.url = \"github:ggml-org/llama.cpp\";";
    refused("\n    extra.url = \"github:extra/extra\";", two, "two inputs");
    // two of the user's own stay two
    let own = FLAKE.replace("«→\n    llama-cpp.url", "\n    llama-cpp.url").replace("\"nixpkgs\";»", "\"nixpkgs\";");
    Trial::new(&with(&own, "\n    extra.url = \"github:extra/extra\";", two)).passes();
}

#[test]
fn what_the_input_follows_is_an_input() {
    let follows = "llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";";
    let follow = |target: &str| follows.replace("\"nixpkgs\"", &format!("\"{target}\""));
    refused(follows, &follow("nixpkgs-unstable"), "`llama-cpp` would follow `nixpkgs-unstable`, which is no input");
    // below an input, and nothing
    proved(follows, &follow("extra/nixpkgs"));
    proved(follows, &follow(""));
    // in an input of the user's, what we add has to be right, and what the user wrote is the user's
    let own = |marked: &str| {
        let ours = "«→\n    llama-cpp.url = \"github:ggml-org/llama.cpp\";\n    llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";»";
        with(FLAKE, ours, &format!("\n    llama-cpp.url = \"github:ggml-org/llama.cpp\";{marked}"))
    };
    Trial::new(&own(&format!("«→\n    {}»", follow("gone")))).fails("which is no input");
    Trial::new(&own(&format!("\n    {}", follow("gone")))).passes();
    let beside =
        "\n    llama-cpp.inputs.flake-parts.follows = \"gone\";«→\n    llama-cpp.inputs.nixpkgs.follows = \"gone\";»";
    Trial::new(&own(beside)).fails("`llama-cpp` would follow `gone`");
}

#[test]
fn the_other_inputs_stay() {
    refused(
        "\n    extra.url = \"github:extra/extra\";",
        "«\n    extra.url = \"github:extra/extra\";→»",
        "`extra` would be lost",
    );
    refused("github:extra/extra", "github:extra/«extra→other»", "`extra` would change");
    refused(
        "extra.url = \"github:extra/extra\";",
        "extra.«url = \"github:extra/extra\"→follows = \"nixpkgs\"»;",
        "`extra` would change",
    );
    let follows = "extra.follows = \"«nixpkgs→self»\";";
    refused("extra.url = \"github:extra/extra\";", follows, "`extra` would change");
    // the input itself may be given another place
    let ours =
        "«→\n    llama-cpp.url = \"github:ggml-org/llama.cpp\";\n    llama-cpp.inputs.nixpkgs.follows = \"nixpkgs\";»";
    proved(ours, "\n    llama-cpp.url = \"github:«me→ggml-org»/llama.cpp\";");
}

#[test]
fn a_closed_pattern_takes_every_input() {
    refused("«→, llama-cpp»", "", "the outputs pattern would not take the input `llama-cpp`");
    let given = |pattern: &str| {
        let flake = with(FLAKE, "{ self, nixpkgs, extra«→, llama-cpp» }", pattern);
        let flake = with(&flake, "machine.nix llama-cpp)", "machine.nix inputs.llama-cpp)");
        flake.replace("= nixpkgs.lib", "= inputs.nixpkgs.lib")
    };
    Trial::new(&given("{ self, nixpkgs, ... }@inputs")).passes();
    Trial::new(&given("inputs")).passes();
    Trial::new(&given("{ self, nixpkgs, extra }@inputs")).fails("would not take the input `llama-cpp`");
}

#[test]
fn a_chosen_machine_has_the_module() {
    refused("«→ (import ./llama/machine.nix llama-cpp)»", "", "the modules of carbon would not hold");
    refused(
        "(import ./llama/machine.nix llama-cpp)",
        "(import ./llama/other.nix llama-cpp)",
        "of carbon would not hold",
    );
    refused("(import ./llama/machine.nix llama-cpp)", "./llama/other.nix", "of carbon would not hold");
    // by its path, where `specialArgs` hands out the inputs; from another folder; by another file
    proved("(import ./llama/machine.nix llama-cpp)", "./llama/machine.nix");
    proved("(import ./llama/machine.nix llama-cpp)", "(import ./other/../llama/machine.nix llama-cpp)");
    let shared = with(FLAKE, "«→ (import ./llama/machine.nix llama-cpp)»", "");
    let carbon = "{ ... }: { imports = [«→ ./llama/machine.nix» ]; }";
    Trial::new(&shared).file("carbon.nix", carbon).passes();
    Trial::new(&shared).file("carbon.nix", &with(carbon, "./llama", "./other")).fails("of carbon would not hold");
    // in another machine's list, also where this one has modules that are written in flake.nix
    let others = with(&shared, "./other.nix", "./other.nix«→ (import ./llama/machine.nix llama-cpp)»");
    Trial::new(&others).fails("of carbon would not hold");
    Trial::new(&others.replace("./carbon.nix", "{ services.openssh.enable = true; }"))
        .fails("of carbon would not hold");
}

#[test]
fn a_file_in_a_folder_names_the_module_from_there() {
    let flake =
        with(FLAKE, "«→ (import ./llama/machine.nix llama-cpp)»", "").replace("./carbon.nix", "./hosts/carbon.nix");
    let carbon = |path: &str| format!("{{ ... }}: {{ imports = [«→ {path}» ]; }}");
    Trial::new(&flake).file("hosts/carbon.nix", &carbon("../llama/machine.nix")).passes();
    Trial::new(&flake).file("hosts/carbon.nix", &carbon("./llama/machine.nix")).fails("of carbon would not hold");
}

#[test]
fn a_machine_for_the_users_hand_is_not_held_to_it() {
    let mut trial = Trial::new(&with(FLAKE, "«→ (import ./llama/machine.nix llama-cpp)»", ""));
    trial.machines[0].how = How::ByHand;
    trial.passes();
}

#[test]
fn the_module_is_given_the_llama_cpp_flake() {
    let given = |flake: &str| format!("(import ./llama/machine.nix {flake})");
    for wrong in ["extra", "llama-cpp.lib", "(import ./unknown.nix)", "gone"] {
        refused("(import ./llama/machine.nix llama-cpp)", &given(wrong), "the llama.cpp flake cannot be reached");
    }
    let message = Trial::new(&with(FLAKE, "machine.nix llama-cpp", "machine.nix extra")).proved();
    assert_eq!(message, Err("on line 13, for carbon, the llama.cpp flake cannot be reached".into()));
    // what the user's other modules are given is the user's
    proved("[ ./carbon.nix«→", "[ ./carbon.nix (import ./mine.nix extra)«→");
}

#[test]
fn what_something_unknown_may_replace_proves_nothing() {
    let set = "nixosSystem {\n        system = \"x86_64-linux\";\n        modules = [ ./carbon.nix«→ (import ./llama/machine.nix llama-cpp)» ];\n      };";
    let laid =
        |over: &str| format!("{} // {over});", set.replace("nixosSystem {", "nixosSystem ({").trim_end_matches(';'));
    let trial = |over: &str| Trial::new(&with(FLAKE, set, &laid(over)));
    trial("import ./gone.nix").fails("of carbon would not hold");
    trial("nixpkgs.lib.optionalAttrs (import ./gone.nix) { modules = [ ]; }").fails("of carbon would not hold");
    trial("nixpkgs.lib.optionalAttrs (import ./gone.nix) { specialArgs = { }; }").passes();
    trial("{ specialArgs = { }; }").passes();
    let ends = "    };\n  };\n}";
    Trial::new(&with(FLAKE, ends, "    } // import ./gone.nix;\n  };\n}")).fails("of carbon would not hold");
    Trial::new(&with(FLAKE, ends, "    };\n  } // import ./gone.nix;\n}")).fails("of carbon would not hold");
    Trial::new(&with(FLAKE, "}: {", "}: import ./gone.nix // {")).passes();
}

#[test]
fn a_module_by_its_path_needs_the_flake_in_inputs() {
    let by_path = FLAKE.replace("(import ./llama/machine.nix llama-cpp)", "./llama/machine.nix");
    let handed = |inputs: &str| {
        let special = format!("modules = [ ./carbon.nix«→ ./llama/machine.nix» ]; specialArgs.inputs = {inputs};");
        Trial::by_path(&with(&by_path, "modules = [ ./carbon.nix«→ ./llama/machine.nix» ];", &special))
    };
    handed("self.inputs").passes();
    handed("self.inputs // { extra = nixpkgs; }").passes();
    handed("{ inherit nixpkgs«→ llama-cpp»; }").passes();
    let hidden = "the modules of carbon would not get `llama-cpp` in `inputs`";
    for inputs in ["{ inherit self nixpkgs; }", "{ llama-cpp = extra; }", "self.inputs // { llama-cpp = extra; }"] {
        handed(inputs).fails(hidden);
    }
    handed("nixpkgs.lib.filterAttrs (_: _: true) self.inputs").fails(hidden);
}

#[test]
fn a_finished_pkgs_has_the_overlay_in_it() {
    let special = "specialArgs.pkgs = nixpkgs.legacyPackages.x86_64-linux«→.extend (import ./llama/overlay.nix { inherit llama-cpp; })»;";
    let flake = |special: &str| FLAKE.replacen("system = \"x86_64-linux\";", special, 1);
    Trial::with_pkgs(&flake(special)).passes();
    Trial::with_pkgs(&flake(&with(special, "overlay.nix", "other.nix"))).fails("of carbon would not hold");
    Trial::with_pkgs(FLAKE).fails("of carbon would not hold");
}

#[test]
fn a_machine_out_of_sight_is_extended_in_place() {
    let flake = |extended: &str| {
        let made = "carbon = nixpkgs.lib.nixosSystem {\n        system = \"x86_64-linux\";\n        modules = [ ./carbon.nix«→ (import ./llama/machine.nix llama-cpp)» ];\n      };";
        Trial::new(&with(FLAKE, made, &format!("carbon = (extra.lib.host \"carbon\"){extended};")))
    };
    flake("«→.extendModules { modules = [ (import ./llama/machine.nix llama-cpp) ]; }»").passes();
    flake("«→.extendModules { modules = [ ./llama/other.nix ]; }»").fails("of carbon would not hold");
    flake("«→.other { modules = [ ./llama/machine.nix ]; }»").fails("of carbon would not hold");
    flake("").fails("of carbon would not hold");
}

#[test]
fn the_wrapper_reaches_machines_out_of_sight() {
    Trial::new(WRAPPED).created("llama-cpp/machines.nix", WRAPPER).passes();
    let outside = with(WRAPPED, "(import ./outputs.nix inputs)", "inputs.extra.lib.everything");
    Trial::new(&outside).created("llama-cpp/machines.nix", WRAPPER).passes();
}

#[test]
fn a_wrapper_that_is_not_used_or_forgets_a_machine_reaches_none() {
    let another = WRAPPER.replace("carbon", "other");
    Trial::new(WRAPPED).created("llama-cpp/machines.nix", &another).fails("of carbon would not hold");
    let unused = with(WRAPPED, "import ./llama-cpp/machines.nix inputs.llama-cpp result", "result");
    Trial::new(&unused).created("llama-cpp/machines.nix", WRAPPER).fails("of carbon would not hold");
    // it is not enough to name a machine that is in sight
    let seen = with(FLAKE, "«→ (import ./llama/machine.nix llama-cpp)»", "");
    let seen =
        with(&seen, "nixosConfigurations = {", "paths = [«→ ./llama-cpp/machines.nix» ];\n    nixosConfigurations = {");
    Trial::new(&seen).created("llama-cpp/machines.nix", WRAPPER).fails("of carbon would not hold");
}

#[test]
fn the_other_machines_stay() {
    let other = "      other = nixpkgs.lib.nixosSystem {\n        system = \"x86_64-linux\";\n        modules = [ ./other.nix ];\n      };\n";
    refused(other, &format!("«{other}→»"), "the machine other would be lost");
    refused("./other.nix", "./other.nix«→ (import ./llama/machine.nix llama-cpp)»", "other was not chosen");
    refused("[ ./other.nix ]", "[ «./other.nix→./changed.nix» ]", "other was not chosen");
    let aarch = with(other, "\"x86_64-linux\"", "«\"x86_64-linux\"→\"aarch64-linux\"»");
    refused(other, &aarch, "other was not chosen");
    let nixpkgs = with(other, "other = nixpkgs.lib", "other = «nixpkgs→extra».lib");
    refused(other, &nixpkgs, "other was not chosen");
    // of a machine that cannot be looked into, its own words are kept
    refused(other, "      other = extra.lib.host \"«one→two»\";\n", "other was not chosen");
    proved(other, "      other = extra.lib.host \"one\";\n");
}

#[test]
fn a_clean_up_may_take_modules_from_every_machine() {
    let flake = with(FLAKE, "[ ./other.nix ]", "[ ./other.nix« ./attempt.nix→» ]");
    Trial::new(&flake).fails("other was not chosen");
    let mut trial = Trial::new(&flake);
    trial.request.options.remove = vec!["attempt.nix".into()];
    trial.passes();
    let aarch = "system = «\"x86_64-linux\"→\"aarch64-linux\"»;\n        modules = [ ./other.nix";
    trial = Trial::new(&with(&flake, "system = \"x86_64-linux\";\n        modules = [ ./other.nix", aarch));
    trial.request.options.remove = vec!["attempt.nix".into()];
    trial.fails("other was not chosen");
}

#[test]
fn what_is_cleaned_away_is_all_that_other_machines_lose() {
    let trial = |others: &str| {
        let mut trial = Trial::new(&with(FLAKE, "[ ./other.nix ];", others));
        trial = trial.file("old.nix", "{ ... }: { }\n");
        trial.request.options.remove = vec!["old.nix".into(), "folder/default.nix".into()];
        trial
    };
    trial("[ ./other.nix«→» ];").passes();
    trial("[ ./other.nix« ./old.nix→» ];").passes();
    trial("[ ./other.nix« (import ./old.nix)→» ];").passes();
    trial("[ ./other.nix« (arguments: import ./old.nix arguments)→» ];").passes();
    trial("[ ./other.nix« ./folder→» ];").passes();
    trial("[ ./other.nix« (./. + \"/old.nix\")→» ];").passes();
    trial("[ ./other.nix« { }→» ];").fails("the machine other was not chosen, and would change");
    trial("[« ./other.nix→» ./old.nix ];").fails("the machine other was not chosen, and would change");
    trial("[« (extra.both ./other.nix ./old.nix)→» ];").fails("the machine other was not chosen, and would change");
    trial("[ ./other.nix« ./old.nix→ ./new.nix» ];").fails("the machine other was not chosen, and would change");
}

#[test]
fn a_module_is_cleaned_away_under_any_name() {
    for old in ["import ./old.nix", "import ./gone.nix"] {
        let outputs = format!("outputs = {{ self, nixpkgs, extra«→, llama-cpp» }}: let old = {old}; in {{");
        let flake = with(FLAKE, "outputs = { self, nixpkgs, extra«→, llama-cpp» }: {", &outputs);
        let mut trial = Trial::new(&with(&flake, "[ ./other.nix ]", "[ ./other.nix« old→» ]")).file("old.nix", "{ }\n");
        trial.fails("the machine other was not chosen, and would change");
        trial.request.options.remove = vec!["old.nix".into(), "gone.nix".into()];
        trial.passes();
    }
}

#[test]
fn what_we_write_stays_under_machines_that_are_not_chosen() {
    let why = "the machine other was not chosen, and uses this file as it is";
    let flake = with(FLAKE, "[ ./other.nix ]", "[ ./other.nix ./llama/machine.nix ]");
    let mut written = Trial::new(&flake);
    written.passes();
    written.written.insert("llama/machine.nix".into());
    written.fails(why);
    written.request.options.remove = vec!["llama/machine.nix".into()];
    written.passes();
    let mut deleted = Trial::new(&flake);
    deleted.files[1].after = None;
    deleted.fails(why);
    let twice =
        with(&flake, "      other = nixpkgs", "      same = self.nixosConfigurations.other;\n      other = nixpkgs");
    let mut twice = Trial::new(&twice);
    twice.written.insert("llama/machine.nix".into());
    twice.fails("uses this file as it is");
    twice.request.machines.insert("other".into(), crate::request::Machine::new(crate::request::Variant::Cpu));
    twice.passes();
}

#[test]
fn a_path_that_leaves_the_repository_is_no_file_of_ours() {
    refused("(import ./llama/machine.nix llama-cpp)", "(import ../llama/machine.nix llama-cpp)", "would not hold");
    proved("(import ./llama/machine.nix llama-cpp)", "(import ./machines/../llama/machine.nix llama-cpp)");
}
