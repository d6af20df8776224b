//! Machines, homes and Macs in the shapes that flakes make them in: what `inspect` finds with all files, what it asks for
//! with flake.nix alone, and that what it asks for leads to them.

use std::collections::BTreeMap;

use llama_fleet::inspect;
use llama_fleet::report::{FoundMachine, Inspection, Severity};
use llama_fleet::request::Files;

/// A flake with the inputs that the examples use.
fn flake(outputs: &str) -> String {
    format!(
        "{{
  inputs = {{
    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
    home-manager.url = \"github:nix-community/home-manager\";
    darwin.url = \"github:nix-darwin/nix-darwin\";
    flake-parts.url = \"github:hercules-ci/flake-parts\";
    flake-utils.url = \"github:numtide/flake-utils\";
    import-tree.url = \"github:vic/import-tree\";
    snowfall.url = \"github:snowfallorg/lib\";
    blueprint.url = \"github:numtide/blueprint\";
    clan-core.url = \"https://git.clan.lol/clan/clan-core/archive/main.tar.gz\";
    nixos-unified.url = \"github:srid/nixos-unified\";
    easy-hosts.url = \"github:tgirlcloud/easy-hosts\";
    ez-configs.url = \"github:ehllie/ez-configs\";
    haumea.url = \"github:nix-community/haumea\";
    colmena.url = \"github:zhaofengli/colmena\";
    fork.url = \"github:someone/lib\";
    treefmt-nix.url = \"github:numtide/treefmt-nix\";
  }};
  outputs = inputs@{{ self, nixpkgs, home-manager, darwin, ... }}:
{outputs};
}}
"
    )
}

fn files(outputs: &str, more: &[(&str, &str)]) -> Files {
    let mut files = Files::from([("flake.nix".to_owned(), flake(outputs))]);
    files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    files
}

/// The names, the kinds apart: `alpha | ada@alpha | mac`.
fn names(found: &Inspection) -> String {
    let named =
        |found: &[FoundMachine]| found.iter().map(|machine| machine.name.as_str()).collect::<Vec<_>>().join(" ");
    [named(&found.machines), named(&found.homes), named(&found.darwins)].join(" | ")
}

/// What is found with all files.
#[track_caller]
fn finds(outputs: &str, more: &[(&str, &str)], expected: &str) {
    let found = inspect(&files(outputs, more));
    assert_eq!(names(&found), expected, "{:?}", found.diagnostics);
}

/// Gives flake.nix, and then whatever is asked for and there, until nothing more is; the files that were given in the end.
fn follow(all: &Files) -> Files {
    let mut given = Files::from([("flake.nix".to_owned(), all["flake.nix"].clone())]);
    loop {
        let wants = inspect(&given).wants;
        let mut more: BTreeMap<String, String> = BTreeMap::new();
        for want in wants {
            let folder = want
                .file
                .strip_suffix('/')
                .map(|folder| if folder == "." { String::new() } else { format!("{folder}/") });
            let is_wanted = |path: &str| match &folder {
                Some(folder) => path.starts_with(folder.as_str()),
                None => path == want.file,
            };
            let wanted = all.iter().filter(|(path, _)| is_wanted(path) && !given.contains_key(*path));
            more.extend(wanted.map(|(path, text)| (path.clone(), text.clone())));
        }
        if more.is_empty() {
            return given;
        }
        given.extend(more);
    }
}

/// What is found by giving what is asked for is what is found with all files.
#[track_caller]
fn finds_by_following(outputs: &str, more: &[(&str, &str)], expected: &str) {
    finds(outputs, more, expected);
    let all = files(outputs, more);
    let given = follow(&all);
    let found = inspect(&given);
    assert_eq!(names(&found), expected, "given {:?}, wants {:?}", given.keys(), found.wants);
}

const MODULE: &str = "{ networking.hostName = \"x\"; }";

#[test]
fn two_sets_of_one_name_are_one_set() {
    finds(
        "{ nixosConfigurations = { one = nixpkgs.lib.nixosSystem { modules = [ ]; }; };
           nixosConfigurations = { two = nixpkgs.lib.nixosSystem { modules = [ ]; }; };
           nixosConfigurations.three = nixpkgs.lib.nixosSystem { modules = [ ]; }; }",
        &[],
        "one three two |  | ",
    );
    finds(
        "let hosts = { a = { system.x = 1; }; }; in { nixosConfigurations = {
           a = nixpkgs.lib.nixosSystem { specialArgs = { a.b = 1; }; specialArgs = { a.c = 2; }; modules = [ ]; }; }; }",
        &[],
        "a |  | ",
    );
}

#[test]
fn homes_are_found_in_the_shapes_of_machines() {
    finds(
        "{ homeConfigurations.\"ada@box\" = home-manager.lib.homeManagerConfiguration {
             pkgs = nixpkgs.legacyPackages.x86_64-linux;
             extraSpecialArgs = { inherit inputs; };
             modules = [ ./home.nix ];
           }; }",
        &[],
        " | ada@box | ",
    );
    finds(
        "let mkHome = user: system: inputs.home-manager.lib.homeManagerConfiguration {
               pkgs = import nixpkgs { inherit system; };
               modules = [ ./users/${user}.nix ];
             };
         in { homeConfigurations = { ada = mkHome \"ada\" \"x86_64-linux\"; bob = mkHome \"bob\" \"aarch64-darwin\"; }; }",
        &[],
        " | ada bob | ",
    );
    finds(
        "let inherit (nixpkgs) lib;
             pairs = lib.cartesianProduct { user = [ \"ada\" ]; host = [ \"box\" ]; };
         in { homeConfigurations = lib.genAttrs [ \"ada@box\" \"ada@lap\" ] (name:
               home-manager.lib.homeManagerConfiguration { pkgs = nixpkgs.legacyPackages.x86_64-linux; modules = [ ]; }); }",
        &[],
        " | ada@box ada@lap | ",
    );
    finds(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; } {
           flake.homeConfigurations.ada = home-manager.lib.homeManagerConfiguration { pkgs = { }; modules = [ ]; };
           perSystem = { pkgs, ... }: {
             legacyPackages.homeConfigurations.bob = home-manager.lib.homeManagerConfiguration { inherit pkgs; modules = [ ]; };
           };
         }",
        &[],
        " | ada bob | ",
    );
    finds(
        "inputs.flake-utils.lib.eachDefaultSystem (system: {
           legacyPackages.homeConfigurations.ada = home-manager.lib.homeManagerConfiguration {
             pkgs = nixpkgs.legacyPackages.${system};
             modules = [ ];
           };
         })",
        &[],
        " | ada | ",
    );
    finds(
        "{ packages = nixpkgs.lib.genAttrs [ \"x86_64-linux\" ] (system: {
             homeConfigurations.ada = home-manager.lib.homeManagerConfiguration { pkgs = nixpkgs.legacyPackages.${system}; modules = [ ]; };
           }); }",
        &[],
        " | ada | ",
    );
}

#[test]
fn macs_are_found_in_the_shapes_of_machines() {
    finds(
        "{ darwinConfigurations.mac = darwin.lib.darwinSystem { system = \"aarch64-darwin\"; modules = [ ./mac.nix ]; };
           darwinConfigurations.mini = inputs.darwin.lib.darwinSystem { modules = [ ]; };
           nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ]; }; }",
        &[],
        "box |  | mac mini",
    );
    finds(
        "let inherit (darwin.lib) darwinSystem; in
         { darwinConfigurations = builtins.mapAttrs (name: _: darwinSystem { modules = [ ./hosts/${name}.nix ]; }) { mac = 1; }; }",
        &[],
        " |  | mac",
    );
}

#[test]
fn a_home_says_its_platform_and_whether_it_gets_the_inputs() {
    let found = inspect(&files(
        "{ homeConfigurations.ada = home-manager.lib.homeManagerConfiguration {
             pkgs = nixpkgs.legacyPackages.aarch64-linux;
             extraSpecialArgs = { inherit inputs; };
             modules = [ ];
           };
           homeConfigurations.bob = home-manager.lib.homeManagerConfiguration {
             pkgs = import nixpkgs { system = \"x86_64-darwin\"; };
             modules = [ ];
           }; }",
        &[],
    ));
    let told: Vec<_> = found.homes.iter().map(|home| (home.system.as_deref(), home.sees_inputs)).collect();
    assert_eq!(told, [(Some("aarch64-linux"), Some(true)), (Some("x86_64-darwin"), Some(false))]);
    assert_eq!(found.diagnostics, [], "a flake of homes alone is no flake without machines");
}

#[test]
fn homes_and_macs_are_left_out_of_the_json_where_there_are_none() {
    let found = inspect(&files("{ nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ]; }; }", &[]));
    let json = serde_json::to_value(&found).expect("it is serialisable");
    assert!(json.get("homes").is_none() && json.get("darwins").is_none(), "{json}");
}

#[test]
fn a_hive_alone_makes_machines() {
    let hive = "{ meta.nixpkgs = import nixpkgs { system = \"x86_64-linux\"; }; defaults = { }; network.x = 1;
                  alpha = ./hosts/alpha.nix;
                  beta = { name, ... }: { imports = [ ./hosts/beta.nix ]; }; }";
    finds(&format!("{{ colmena = {hive}; }}"), &[], "alpha beta |  | ");
    finds(&format!("{{ colmenaHive = inputs.colmena.lib.makeHive {hive}; }}"), &[], "alpha beta |  | ");
    finds(
        &format!("{{ colmenaHive = inputs.colmena.lib.makeHive self.outputs.colmena; colmena = {hive}; }}"),
        &[],
        "alpha beta |  | ",
    );
    finds(
        &format!(
            "{{ nixosConfigurations = self.colmenaHive.nodes; colmenaHive = inputs.colmena.lib.makeHive {hive}; }}"
        ),
        &[],
        "alpha beta |  | ",
    );
    finds(
        &format!("{{ nixosConfigurations.usb = nixpkgs.lib.nixosSystem {{ modules = [ ]; }}; colmena = {hive}; }}"),
        &[],
        "alpha beta usb |  | ",
    );
}

#[test]
fn clan_has_two_forms_and_knows_macs() {
    let machines = [("machines/alpha/configuration.nix", MODULE), ("machines/beta/configuration.nix", MODULE)];
    finds_by_following(
        "let clan = inputs.clan-core.lib.clan { inherit self; meta.name = \"home\"; }; in
         { inherit (clan.config) nixosConfigurations nixosModules clanInternals; clan = clan.config; }",
        &machines,
        "alpha beta |  | ",
    );
    finds_by_following(
        "let clan = inputs.clan-core.lib.buildClan { inherit self; directory = self; machines.gamma = { }; }; in
         { inherit (clan) nixosConfigurations clanInternals; }",
        &[],
        "gamma |  | ",
    );
    let clan = "{ meta.name = \"home\"; inventory.machines = { alpha = { }; mac.machineClass = \"darwin\"; }; }";
    finds_by_following(
        "let clan = inputs.clan-core.lib.clan { inherit self; imports = [ ./clan.nix ]; }; in
         { inherit (clan.config) nixosConfigurations darwinConfigurations clanInternals; }",
        &[("clan.nix", clan)],
        "alpha |  | mac",
    );
    finds(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; } {
           imports = [ inputs.clan-core.flakeModules.default ];
           clan = { machines.alpha = { }; inventory.machines.mac.machineClass = \"darwin\"; };
         }",
        &[("machines/mac/configuration.nix", MODULE)],
        "alpha |  | mac",
    );
}

#[test]
fn snowfall_finds_systems_and_homes_in_folders() {
    let folders = [
        ("systems/x86_64-linux/alpha/default.nix", MODULE),
        ("systems/aarch64-darwin/mac/default.nix", MODULE),
        ("systems/x86_64-iso/usb/default.nix", MODULE),
        ("homes/x86_64-linux/ada@alpha/default.nix", "{ }"),
    ];
    for made in [
        "inputs.snowfall.mkFlake { inherit inputs; src = ./.; }",
        "let lib = inputs.snowfall.mkLib { inherit inputs; src = ./.; }; in lib.mkFlake { channels-config.allowUnfree = true; }",
        "(inputs.snowfall.mkLib { inherit inputs; src = ./.; }).mkFlake { }",
        "inputs.fork.mkFlake { inherit inputs; src = ./.; channels-config = { }; }",
    ] {
        finds(made, &folders, "alpha | ada@alpha | mac");
        let without_homes = &folders[..3];
        finds_by_following(made, without_homes, "alpha |  | mac");
    }
    finds(
        "inputs.snowfall.mkFlake { inherit inputs; src = ./.; snowfall.root = ./nix; }",
        &[("nix/systems/aarch64-linux/beta/default.nix", MODULE)],
        "beta |  | ",
    );
}

#[test]
fn other_frameworks_find_machines_in_folders() {
    finds_by_following(
        "inputs.blueprint { inherit inputs; prefix = \"nix/\"; }",
        &[
            ("nix/hosts/alpha/configuration.nix", MODULE),
            ("nix/hosts/alpha/users/ada.nix", "{ }"),
            ("nix/hosts/alpha/users/bob/home-configuration.nix", "{ }"),
            ("nix/hosts/mac/darwin-configuration.nix", MODULE),
        ],
        "alpha | ada@alpha bob@alpha | mac",
    );
    finds_by_following(
        "inputs.nixos-unified.lib.mkFlake { inherit inputs; root = ./.; }",
        &[
            ("configurations/nixos/alpha.nix", MODULE),
            ("configurations/nixos/beta/default.nix", MODULE),
            ("configurations/darwin/mac.nix", MODULE),
            ("configurations/home/ada.nix", "{ }"),
        ],
        "alpha beta | ada | mac",
    );
    finds(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; } {
           imports = [ inputs.easy-hosts.flakeModule ];
           easy-hosts = { autoConstruct = true; path = ./hosts; hosts.mac.class = \"darwin\"; };
         }",
        &[("hosts/x86_64-nixos/alpha/default.nix", MODULE), ("hosts/aarch64-darwin/mini/default.nix", MODULE)],
        "alpha |  | mac mini",
    );
    finds(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; } {
           imports = [ inputs.ez-configs.flakeModule ];
           ezConfigs = { root = ./.; globalArgs = { inherit inputs; }; };
         }",
        &[("nixos-configurations/alpha.nix", MODULE), ("home-configurations/ada/default.nix", "{ }")],
        "alpha | ada | ",
    );
}

#[test]
fn what_loads_itself_is_asked_for_by_its_folder() {
    let host =
        "{ inputs, ... }: { flake.nixosConfigurations.alpha = inputs.nixpkgs.lib.nixosSystem { modules = [ ]; }; }";
    let trees = "inputs.flake-parts.lib.mkFlake { inherit inputs; } (inputs.import-tree ./modules)";
    finds_by_following(
        trees,
        &[("modules/hosts/alpha.nix", host), ("modules/systems.nix", "{ systems = [ ]; }")],
        "alpha |  | ",
    );
    let alone = inspect(&files(trees, &[]));
    let asked: Vec<&str> = alone.wants.iter().map(|want| want.file.as_str()).collect();
    assert_eq!(asked, ["modules/"]);
    let read_dir = "{ nixosConfigurations = builtins.mapAttrs (name: _: nixpkgs.lib.nixosSystem { modules = [ ./hosts/${name} ]; })
                     (builtins.readDir ./hosts); }";
    finds_by_following(read_dir, &[("hosts/alpha/default.nix", MODULE)], "alpha |  | ");
    let in_a_file = "{ nixosConfigurations = import ./hosts { inherit nixpkgs; }; }";
    let lister = "{ nixpkgs }: let names = builtins.attrNames (nixpkgs.lib.filterAttrs (_: kind: kind == \"directory\") (builtins.readDir ./.)); in
                  nixpkgs.lib.genAttrs names (name: nixpkgs.lib.nixosSystem { modules = [ ./${name} ]; })";
    finds_by_following(in_a_file, &[("hosts/default.nix", lister), ("hosts/alpha/default.nix", MODULE)], "alpha |  | ");
}

#[test]
fn haumea_and_pipes_are_followed() {
    let loaded = "let hosts = inputs.haumea.lib.load { src = ./hosts; loader = inputs.haumea.lib.loaders.path; }; in
                  { nixosConfigurations = builtins.mapAttrs (_: host: nixpkgs.lib.nixosSystem { modules = [ host.default ]; }) hosts; }";
    finds_by_following(loaded, &[("hosts/alpha/default.nix", MODULE)], "alpha |  | ");
    let lifted = "{ nixosConfigurations = inputs.haumea.lib.load {
                      src = ./hosts; inputs = { inherit nixpkgs; }; transformer = inputs.haumea.lib.transformers.liftDefault;
                    }; }";
    let host = "{ nixpkgs }: nixpkgs.lib.nixosSystem { modules = [ ]; }";
    finds_by_following(lifted, &[("hosts/alpha/default.nix", host)], "alpha |  | ");
    finds(
        "{ nixosConfigurations = [ \"alpha\" ]
             |> map (name: { inherit name; value = nixpkgs.lib.nixosSystem { modules = [ ]; }; })
             |> builtins.listToAttrs; }",
        &[],
        "alpha |  | ",
    );
    finds(
        "{ nixosConfigurations = nixpkgs.lib.genAttrs [ \"alpha\" ] <| name: nixpkgs.lib.nixosSystem { modules = [ ]; }; }",
        &[],
        "alpha |  | ",
    );
}

#[test]
fn what_makes_no_machines_is_not_to_blame() {
    let parts = |module: &str| {
        format!("inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} {{ systems = [ ]; imports = [ {module} ]; }}")
    };
    let tools = inspect(&files(&parts("inputs.treefmt-nix.flakeModule"), &[]));
    assert_eq!(tools.diagnostics.iter().map(|told| told.code.as_str()).collect::<Vec<_>>(), ["no-machines"]);
    let both = format!(
        "let parts = {}; machines = (inputs.snowfall.mkLib {{ inherit inputs; src = ./.; }}).mkFlake {{ }}; in parts // machines",
        parts("inputs.treefmt-nix.flakeModule")
    );
    let found = inspect(&files(&both, &[]));
    let [told] = found.diagnostics.as_slice() else { panic!("{:?}", found.diagnostics) };
    assert!(told.message.contains("snowfall"), "{}", told.message);
    let asked: Vec<&str> = found.wants.iter().map(|want| want.file.as_str()).collect();
    assert_eq!(asked, ["homes/", "systems/"]);
}

#[test]
fn a_file_that_may_make_more_machines_leaves_the_set_open() {
    let found = inspect(&files(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; } {
           imports = [ ./hosts ];
           flake.nixosConfigurations.usb = nixpkgs.lib.nixosSystem { modules = [ ]; };
         }",
        &[],
    ));
    assert_eq!(names(&found), "usb |  | ");
    let [told] = found.diagnostics.as_slice() else { panic!("{:?}", found.diagnostics) };
    assert_eq!((told.code.as_str(), told.severity), ("machines-elsewhere", Severity::Note));
    assert_eq!(found.wants[0].file, "hosts/default.nix");
}

#[test]
fn files_that_modules_name_are_asked_for() {
    let found = inspect(&files(
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem {
             modules = [ { nixpkgs.overlays = [ (import ./overlays/llama.nix inputs) ]; } ./hosts/alpha.nix ];
           }; }",
        &[("hosts/alpha.nix", "{ imports = [ ./hardware.nix ./disks ]; environment.etc.x.source = ./notes.txt; }")],
    ));
    let asked: Vec<&str> = found.wants.iter().map(|want| want.file.as_str()).collect();
    assert_eq!(asked, ["hosts/disks/default.nix", "hosts/hardware.nix", "overlays/llama.nix"]);
}

#[test]
fn an_encrypted_file_costs_nothing_but_itself() {
    let outputs =
        "{ nixosConfigurations.alpha = nixpkgs.lib.nixosSystem { modules = [ ./hosts/alpha.nix ./secrets.nix ]; }; }";
    let sealed = "\0GITCRYPT\0\u{1}\u{2}";
    let found = inspect(&files(outputs, &[("hosts/alpha.nix", MODULE), ("secrets.nix", sealed)]));
    assert_eq!(names(&found), "alpha |  | ");
    let told: Vec<_> = found.diagnostics.iter().map(|told| (told.file.as_str(), told.severity)).collect();
    assert_eq!(told, [("secrets.nix", Severity::Note)]);
    assert!(found.wants.is_empty(), "what was given is not asked for again: {:?}", found.wants);
    let machines = "{ nixosConfigurations = import ./secrets.nix; }";
    let found = inspect(&files(machines, &[("secrets.nix", sealed)]));
    assert!(found.diagnostics.iter().all(|told| told.severity != Severity::Error), "{:?}", found.diagnostics);
}

#[test]
fn folders_that_the_outputs_name_are_asked_for_where_no_machine_is_seen() {
    let outputs = "let own = import ./lib { inherit (nixpkgs) lib; }; in
                   inputs.flake-parts.lib.mkFlake { inherit inputs; } { imports = own.all ./parts; }";
    let found = inspect(&files(outputs, &[("lib/default.nix", "{ lib }: { all = folder: lib.unheardOf folder; }")]));
    let asked: Vec<&str> = found.wants.iter().map(|want| want.file.as_str()).collect();
    assert_eq!(asked, ["parts/"]);
}

#[test]
fn import_tree_may_be_given_a_filter() {
    let host =
        "{ inputs, ... }: { flake.nixosConfigurations.alpha = inputs.nixpkgs.lib.nixosSystem { modules = [ ]; }; }";
    let other = host.replace("alpha", "beta");
    let more = [("modules/alpha.nix", host), ("modules/beta.off.nix", other.as_str())];
    for tree in ["inputs.import-tree.filterNot", "(import inputs.import-tree).filterNot"] {
        finds_by_following(
            &format!(
                "inputs.flake-parts.lib.mkFlake {{ inherit inputs; }} ({tree} (nixpkgs.lib.hasSuffix \".off.nix\") ./modules)"
            ),
            &more,
            "alpha |  | ",
        );
    }
    finds(
        "inputs.flake-parts.lib.mkFlake { inherit inputs; }
           (inputs.import-tree.filter (nixpkgs.lib.hasInfix \"/beta\") ./modules)",
        &more,
        "beta |  | ",
    );
}

#[test]
fn a_generated_flake_says_so() {
    let text =
        format!("# DO-NOT-EDIT. Written by github:vic/flake-file, run `nix run .#write-flake`.\n{}", flake("{ }"));
    let found = inspect(&Files::from([("flake.nix".to_owned(), text)]));
    let told = found.diagnostics.iter().find(|told| told.code == "generated-file").expect("a note");
    assert_eq!((told.severity, told.line, told.end_line), (Severity::Note, 1, 1));
    assert!(told.hint.as_deref().is_some_and(|hint| hint.contains("nix run .#write-flake")), "{told:?}");
}

#[test]
fn frameworks_say_whether_modules_get_the_inputs() {
    let seen = |outputs: &str, path: &str| {
        let found = inspect(&files(outputs, &[(path, "{ nixpkgs.hostPlatform = \"aarch64-linux\"; }")]));
        let alpha = found.machines.first().expect("a machine").clone();
        (alpha.sees_inputs, alpha.system)
    };
    let arm = Some("aarch64-linux".to_owned());
    assert_eq!(
        seen("inputs.snowfall.mkFlake { inherit inputs; src = ./.; }", "systems/aarch64-linux/alpha/default.nix"),
        (Some(true), arm.clone())
    );
    assert_eq!(
        seen("inputs.blueprint { inherit inputs; }", "hosts/alpha/configuration.nix"),
        (Some(true), arm.clone())
    );
    assert_eq!(
        seen("inputs.nixos-unified.lib.mkFlake { inherit inputs; root = ./.; }", "configurations/nixos/alpha.nix"),
        (None, arm)
    );
}
