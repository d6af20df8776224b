//! What options come to: set, not set, or not to be told, and why.

use crate::flake::Flake;
use crate::flake::modules::options::{OptionState, Why};
use crate::flake::modules::properties::Condition;
use crate::flake::trees::Sources;
use crate::flake::value::{Cause, Part, Value};
use crate::request::Files;

const FLAKE: &str = "{
  inputs.nixpkgs.url = \"github:NixOS/nixpkgs\";
  inputs.hardware.url = \"github:NixOS/nixos-hardware\";
  inputs.secrets.url = \"git+ssh://git@example.org/secrets\";
  outputs = { nixpkgs, ... }@inputs: {
    nixosConfigurations.heron = nixpkgs.lib.nixosSystem {
      system = \"x86_64-linux\";
      specialArgs = { inherit inputs; role = \"server\"; };
      modules = [ ./heron.nix ];
    };
  };
}";

fn files(modules: &[(&str, &str)]) -> Files {
    let mut files = Files::from([("flake.nix".to_owned(), FLAKE.to_owned())]);
    files.extend(modules.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    files
}

fn read<T>(modules: &[(&str, &str)], ask: impl FnOnce(&Flake<'_>) -> T) -> T {
    let files = files(modules);
    let flake = Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{}", error.message));
    ask(&flake)
}

/// What the machine makes of an option, in words.
fn state(modules: &[(&str, &str)], option: &str) -> String {
    read(modules, |flake| {
        let path: Vec<&str> = option.split('.').collect();
        match flake.option(flake.machine(&"heron".into()).expect("the machine"), &path).state {
            OptionState::Set(value) => format!("set {}", shown(flake, &value)),
            OptionState::NotSet(None) => "not set".to_owned(),
            OptionState::NotSet(Some(value)) => format!("default {}", shown(flake, &value)),
            OptionState::CannotTell(Why::Value(why)) => format!("? {}", cause(&why.cause)),
            OptionState::CannotTell(Why::Unseen(unseen, _)) => format!("? unseen {}", cause(&unseen.unknown().cause)),
        }
    })
}

fn cause(cause: &Cause) -> String {
    match cause {
        Cause::MissingFile(file) => file.clone(),
        Cause::Option(path) => path.join("."),
        Cause::Argument(name) => name.to_string(),
        Cause::Foreign(name) => name.clone(),
        other => format!("{other:?}"),
    }
}

fn shown(flake: &Flake<'_>, value: &Value) -> String {
    match value {
        Value::Bool(value) => value.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Null => "null".to_owned(),
        Value::Package(package) => format!("pkgs.{}", package.path.join(".")),
        Value::List(parts) => {
            let parts = parts.iter().flat_map(|part| match part {
                Part::Unknown(_) => vec!["…".to_owned()],
                known => {
                    let items = flake.eval.items(&Value::List(vec![known.clone()].into())).0;
                    items.into_iter().map(|item| shown(flake, &flake.eval.force(item))).collect()
                }
            });
            format!("[{}]", parts.collect::<Vec<_>>().join(" "))
        }
        Value::Attrs(attrs) => {
            let names: Vec<&str> = attrs.entries.keys().map(|name| name.as_str()).collect();
            format!("{{{}}}", names.join(" "))
        }
        _ => "?".to_owned(),
    }
}

/// A module that declares `my.gpu` and is switched by it.
const GPU: &str = "{ config, lib, ... }: let cfg = config.my.gpu; in {
  options.my.gpu.enable = lib.mkEnableOption \"the GPU\";
  options.my.gpu.vendor = lib.mkOption { type = lib.types.str; default = \"amd\"; };
  config = lib.mkIf cfg.enable {
    hardware.nvidia.open = cfg.vendor == \"nvidia\";
    services.xserver.videoDrivers = [ \"nvidia\" ];
  };
}";

#[test]
fn a_module_that_is_switched_on_sets_its_options() {
    let on = [
        ("heron.nix", "{ imports = [ ./gpu.nix ]; my.gpu = { enable = true; vendor = \"nvidia\"; }; }"),
        ("gpu.nix", GPU),
    ];
    assert_eq!(state(&on, "my.gpu.enable"), "set true");
    assert_eq!(state(&on, "hardware.nvidia.open"), "set true");
    assert_eq!(state(&on, "services.xserver.videoDrivers"), "set [\"nvidia\" …]");
}

#[test]
fn a_module_that_is_switched_off_sets_nothing() {
    let off = [("heron.nix", "{ imports = [ ./gpu.nix ]; }"), ("gpu.nix", GPU)];
    assert_eq!(state(&off, "my.gpu.enable"), "default false");
    assert_eq!(state(&off, "hardware.nvidia.open"), "not set");
    read(&off, |flake| {
        let machine = flake.machine(&"heron".into()).expect("the machine");
        let answer = flake.option(machine, &["hardware", "nvidia", "open"]);
        let [definition] = answer.definitions.as_slice() else { panic!("one definition") };
        assert!(matches!(definition.condition, Condition::DoesNotHold));
        assert_eq!(definition.file.path, "gpu.nix");
        assert!(flake.definitions(machine).iter().all(|known| *known.path != ["hardware", "nvidia", "open"]));
    });
}

#[test]
fn a_file_that_was_not_given_may_switch_a_module() {
    let unseen = [("heron.nix", "{ imports = [ ./gpu.nix ./disk.nix ]; }"), ("gpu.nix", GPU)];
    assert_eq!(state(&unseen, "my.gpu.enable"), "? unseen disk.nix");
    assert_eq!(state(&unseen, "hardware.nvidia.open"), "? disk.nix");
    // what is set for certain stays so
    let set = [("heron.nix", "{ imports = [ ./gpu.nix ./disk.nix ]; my.gpu.enable = true; }"), ("gpu.nix", GPU)];
    assert_eq!(state(&set, "my.gpu.enable"), "set true");
    // but for a default of the machine's
    let weak = [
        ("heron.nix", "{ lib, ... }: { imports = [ ./gpu.nix ./disk.nix ]; my.gpu.enable = lib.mkDefault true; }"),
        ("gpu.nix", GPU),
    ];
    assert_eq!(state(&weak, "my.gpu.enable"), "? unseen disk.nix");
}

#[test]
fn what_nixos_generates_and_published_modules_switch_nothing_of_ours() {
    let known = |import: &str| {
        let heron = format!("{{ inputs, modulesPath, ... }}: {{ imports = [ ./gpu.nix {import} ]; }}");
        state(&[("heron.nix", heron.as_str()), ("gpu.nix", GPU)], "my.gpu.enable")
    };
    assert_eq!(known("./hardware-configuration.nix"), "default false");
    assert_eq!(known("inputs.hardware.nixosModules.common-gpu-nvidia"), "default false");
    assert_eq!(known("(modulesPath + \"/installer/scan/not-detected.nix\")"), "default false");
    assert_eq!(known("inputs.secrets.nixosModules.heron"), "? unseen secrets");
    assert_eq!(known("(builtins.getEnv \"MODULE\")"), "? unseen TooDynamic");
    // but they set options of NixOS
    let heron = "{ inputs, ... }: { imports = [ inputs.hardware.nixosModules.common-gpu-nvidia ]; }";
    assert_eq!(state(&[("heron.nix", heron)], "hardware.nvidia.open"), "? unseen hardware");
}

#[test]
fn conditions_are_told_from_literals_defaults_and_other_options() {
    let module = |condition: &str| {
        format!(
            "{{ config, lib, pkgs, role, ... }}: with lib; {{
               options.my.a = mkOption {{ type = types.bool; default = true; }};
               options.my.b = mkEnableOption \"b\";
               options.my.list = mkOption {{ default = [ ]; }};
               options.my.none = mkOption {{ type = types.nullOr types.str; default = null; }};
               config = mkMerge [
                 {{ my.list = [ \"x\" ]; }}
                 (mkIf ({condition}) {{ hardware.nvidia.open = true; }})
               ];
             }}"
        )
    };
    let told = |condition: &str| state(&[("heron.nix", module(condition).as_str())], "hardware.nvidia.open");
    for holds in [
        "config.my.a",
        "!config.my.b",
        "config.my.a && !config.my.b",
        "config.my.b || config.my.a",
        "config.my.b -> false",
        "elem \"x\" config.my.list",
        "config.my.none == null",
        "config.my.list != [ ]",
        "role == \"server\"",
        "builtins.elem role [ \"server\" \"vm\" ]",
        "config.my.a or false",
        "pkgs.stdenv.isLinux",
        "pkgs.stdenv.hostPlatform.isx86_64 && !pkgs.stdenv.isDarwin",
        "pkgs.system == \"x86_64-linux\"",
        "if config.my.b then false else config.my.a",
        "config.my ? a",
        "let inherit (config.my) a; in a",
    ] {
        assert_eq!(told(holds), "set true", "{holds}");
    }
    for fails in
        ["config.my.b", "!config.my.a", "config.my.a -> config.my.b", "role == \"vm\"", "elem \"y\" config.my.list"]
    {
        assert_eq!(told(fails), "not set", "{fails}");
    }
    assert_eq!(told("config.services.xserver.enable"), "? services.xserver.enable");
    assert_eq!(told("config.my.a && config.services.xserver.enable"), "? services.xserver.enable");
    assert_eq!(told("config.my.b && config.services.xserver.enable"), "not set");
    assert_eq!(told("config.services.xserver.enable or true"), "? services.xserver.enable");
    assert_eq!(told("config.networking.hostName == \"heron\""), "? networking.hostName");
}

#[test]
fn the_strongest_definition_wins() {
    let heron = |definitions: &str| {
        let text = format!(
            "{{ lib, config, ... }}: {{ options.a = lib.mkOption {{ default = 1; }}; config = lib.mkMerge [ {definitions} ]; }}"
        );
        state(&[("heron.nix", text.as_str())], "a")
    };
    assert_eq!(heron(""), "default 1");
    assert_eq!(heron("{ a = lib.mkDefault 2; }"), "set 2");
    assert_eq!(heron("{ a = lib.mkDefault 2; } { a = 3; }"), "set 3");
    assert_eq!(heron("{ a = 3; } { a = lib.mkForce 4; } { a = lib.mkDefault 2; }"), "set 4");
    assert_eq!(heron("{ a = 3; } { a = lib.mkOverride 40 5; } (lib.mkForce { a = 4; })"), "set 5");
    assert_eq!(heron("{ a = 3; } { a = lib.mkIf false (lib.mkForce 4); }"), "set 3");
    // a condition that cannot be told may replace it, or not, by its priority
    assert_eq!(heron("{ a = 3; } { a = lib.mkIf config.b (lib.mkForce 4); }"), "? b");
    assert_eq!(heron("{ a = 3; } { a = lib.mkIf config.b (lib.mkDefault 4); }"), "set 3");
    assert_eq!(heron("{ a = [ 1 ]; } { a = lib.mkBefore [ 2 ]; } { a = lib.mkIf false [ 3 ]; }"), "set [2 1]");
    assert_eq!(heron("{ a.x = 1; } { a.y = 2; } { a = lib.mkIf false { z = 3; }; }"), "set {x y}");
}

#[test]
fn options_that_depend_on_themselves_cannot_be_told() {
    let text = "{ config, lib, ... }: {
      options.a = lib.mkEnableOption \"a\";
      config = lib.mkIf config.a { a = true; };
    }";
    assert!(state(&[("heron.nix", text)], "a").starts_with("? "));
    let text = "{ config, ... }: { a = config.b; b = config.a; }";
    assert_eq!(state(&[("heron.nix", text)], "a"), "set ?");
}

#[test]
fn imports_are_followed_and_disabled_ones_are_not() {
    let base = "{ a = 1; }";
    let heron = "{ lib, role, ... }: {
      imports = [ ./a.nix ./folder ] ++ lib.optional (role == \"server\") ./server.nix ++ lib.optionals (role == \"vm\") [ ./vm.nix ];
      disabledModules = [ ./b.nix ];
    }";
    let modules = [
        ("heron.nix", heron),
        ("a.nix", base),
        ("b.nix", "{ b = 1; }"),
        ("folder/default.nix", "{ imports = [ ../a.nix ../b.nix ]; c = 1; }"),
        ("server.nix", "{ d = 1; }"),
        ("vm.nix", "{ e = 1; }"),
    ];
    assert_eq!(state(&modules, "a"), "set 1");
    assert_eq!(state(&modules, "b"), "not set");
    assert_eq!(state(&modules, "c"), "set 1");
    assert_eq!(state(&modules, "d"), "set 1");
    assert_eq!(state(&modules, "e"), "not set");
    // a module that may be imported may set what it sets
    let perhaps = "{ lib, unheard, ... }: { imports = lib.optional unheard ./a.nix; }";
    assert_eq!(state(&[("heron.nix", perhaps), ("a.nix", base)], "a"), "? unheard");
    let either = "{ lib, unheard, ... }: { imports = [ (if unheard then ./a.nix else ./b.nix) ]; }";
    assert_eq!(state(&[("heron.nix", either), ("a.nix", base), ("b.nix", "{ }")], "a"), "? unheard");
}

#[test]
fn arguments_that_modules_define_are_taken() {
    let heron =
        "{ tags, ... }: { imports = [ { _module.args.tags = [ \"gpu\" ]; } ]; a = builtins.elem \"gpu\" tags; }";
    assert_eq!(state(&[("heron.nix", heron)], "a"), "set true");
    assert_eq!(state(&[("heron.nix", "{ nowhere, ... }: { a = nowhere; }")], "a"), "set ?");
}

#[test]
fn what_a_computed_set_binds_is_found_where_it_stands() {
    let heron = "{ lib, ... }: let nvidia = { open = true; }; in { hardware.nvidia = nvidia // { modesetting.enable = true; }; }";
    assert_eq!(state(&[("heron.nix", heron)], "hardware.nvidia.open"), "set true");
    read(&[("heron.nix", heron)], |flake| {
        let answer =
            flake.option(flake.machine(&"heron".into()).expect("the machine"), &["hardware", "nvidia", "open"]);
        let [definition] = answer.definitions.as_slice() else { panic!("{:?}", answer.definitions) };
        assert_eq!(definition.binding.to_string(), "open = true;");
    });
}

#[test]
fn a_package_option_has_its_package() {
    let heron = "{ lib, pkgs, ... }: { options.a = lib.mkPackageOption pkgs \"llama-cpp\" { }; }";
    assert_eq!(state(&[("heron.nix", heron)], "a"), "default pkgs.llama-cpp");
}

#[test]
fn what_may_be_in_a_list_stands_where_it_is_written() {
    let files = [
        ("heron.nix", "{ imports = [ ./list.nix ]; my.list = [ \"w\" ]; }"),
        (
            "list.nix",
            "{ config, lib, ... }: {
              options.my.list = lib.mkOption { type = lib.types.listOf lib.types.str; };
              options.my.other = lib.mkOption { type = lib.types.listOf lib.types.str; };
              config.my.list = lib.mkMerge [
                (lib.mkIf (builtins.elem \"x\" config.my.other) [ \"x\" ])
                [ \"y\" \"z\" ]
              ];
            }",
        ),
    ];
    assert_eq!(state(&files, "my.list"), "set […, \"y\", \"z\", \"w\"]".replace(", ", " "));
}

#[test]
fn a_set_that_may_take_in_more_is_not_told() {
    let files = [
        ("heron.nix", "{ imports = [ ./set.nix ]; my.set = { a = 1; }; }"),
        (
            "set.nix",
            "{ config, lib, ... }: {
              options.my.set = lib.mkOption { type = lib.types.attrsOf lib.types.int; };
              options.my.list = lib.mkOption { type = lib.types.listOf lib.types.str; };
              config.my.set =
                lib.mkIf (config.my.list == [ ]) (if config.my.list == [ ] then { b = 2; } else { });
            }",
        ),
    ];
    assert_eq!(state(&files, "my.set"), "set ?");
}
