//! The llama.cpp that is there already, before and after: what services, units and lists of packages evaluate to.

use llama_fleet::request::{Cpu, Files, Machine, Options, Request, Style, Variant};
use serde_json::Value;

use crate::evaluator;
use crate::expect::Seen;
use crate::fleet::{OnDisk, TODAY, after, complete, observe_all};

const FLAKE: &str = r#"{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
    unstable.url = "github:NixOS/nixpkgs/nixpkgs-unstable";
    llama-cpp.url = "github:ggml-org/llama.cpp";
    llama-cpp.inputs.nixpkgs.follows = "nixpkgs";
  };
  outputs = { self, nixpkgs, ... }@inputs: {
    nixosConfigurations = nixpkgs.lib.genAttrs [ "box" "lap" ] (name: nixpkgs.lib.nixosSystem {
      system = "x86_64-linux";
      specialArgs = {
        inherit inputs;
        unstable = import inputs.unstable { system = "x86_64-linux"; };
      };
      modules = [ ./hosts/${name}.nix ];
    });
  };
}
"#;

const SERVICES: &str = r#"{ pkgs, config, inputs, unstable, ... }:
let
  upstream = inputs.llama-cpp.packages.x86_64-linux;
  mine = upstream.default;
  serve = port: "${unstable.llama-cpp}/bin/llama-server --port ${toString port}";
in
{
  nixpkgs.overlays = [ (final: prev: { fresh = import inputs.unstable { system = "x86_64-linux"; }; }) ];
  environment.systemPackages = [ pkgs.htop upstream.vulkan pkgs.fresh.llama-cpp ];
  services.llama-cpp.enable = true;
  services.llama-cpp.package = upstream.vulkan;
  systemd.services.embed.serviceConfig.ExecStart = "${mine}/bin/llama-server --embedding";
  systemd.services.rank.serviceConfig.ExecStart = serve 8091;
  systemd.services.draft.serviceConfig.ExecStart = "${(pkgs.fresh.llama-cpp.override { })}/bin/llama-server";
}
"#;

const EARLIER: &str = r#"{ inputs }:
final: prev:
let
  tuned = package: package.overrideAttrs (old: { cmakeFlags = old.cmakeFlags ++ [ "-DGGML_NATIVE=ON" ]; });
in
{
  llama-plain = (inputs.llama-cpp.overlays.default final prev).llamaPackages.llama-cpp;
  llama-vulkan = final.llama-plain.override { useVulkan = true; };
  llama-vulkan-tuned = tuned final.llama-vulkan;
}
"#;

const NAMES: &str = r#"{ pkgs, inputs, ... }:
{
  nixpkgs.overlays = [ (import ../overlays/llama.nix { inherit inputs; }) ];
  environment.systemPackages = with pkgs; [
    htop
    llama-plain
    llama-vulkan-tuned
  ];
  systemd.services.chat.serviceConfig.ExecStart = "${pkgs.llama-vulkan-tuned}/bin/llama-server --port 8090";
}
"#;

fn request(style: Style, alias: bool, remove: &[&str], files: &[(&str, &str)]) -> Request {
    let mut all = Files::from([("flake.nix".to_owned(), FLAKE.to_owned())]);
    all.insert("hosts/lap.nix".into(), "{ pkgs, ... }: { environment.systemPackages = [ pkgs.htop ]; }\n".into());
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let mut machine = Machine::new(Variant::Vulkan);
    machine.cpu = Cpu::March { march: "znver4".into() };
    let remove = remove.iter().map(|path| (*path).to_owned()).collect();
    Request {
        files: all,
        machines: [("box".to_owned(), machine)].into(),
        options: Options { style, alias, remove, ..Options::default() },
        ..Request::default()
    }
}

/// What a request's files come to before and after its plan, for all ways to ask.
fn before_and_after(remove: &[&str], files: &[(&str, &str)]) -> Vec<(String, Request, Value, Value)> {
    let ways = [Style::Module, Style::Overlay].into_iter().flat_map(|style| [(style, true), (style, false)]);
    let requests: Vec<(String, Request)> = ways
        .map(|(style, alias)| (format!("{style:?}, alias {alias}"), request(style, alias, remove, files)))
        .collect();
    let disks = requests.iter().flat_map(|(name, request)| {
        let done = after(request, &complete(request));
        [(format!("{name}, before"), OnDisk::write(&request.files), TODAY), (name.clone(), OnDisk::write(&done), TODAY)]
    });
    let mut values = observe_all(&disks.collect::<Vec<_>>()).into_iter();
    let with_values = requests.into_iter().map(|(name, request)| {
        let mut next = || values.next().expect("a value for each fleet");
        (name, request, next(), next())
    });
    with_values.collect()
}

/// Every place that named a llama.cpp has the machine's own, and the machine beside it is what it was.
fn all_have_its_own(place: &str, request: &Request, before: &Value, after: &Value, units: &[&str]) {
    assert_eq!(before["lap"], after["lap"], "{place}: the other machine");
    let (name, machine) = request.machines.iter().next().expect("a machine");
    let value = &after[name];
    Seen { name, place, machine, options: &request.options, era: TODAY, value }.check_packages();
    let own = value["packages"]["llama-cpp-vulkan"]["path"].as_str().expect("the machine's own");
    for unit in units {
        let command = value["commands"][unit].as_str().expect("a command");
        assert!(command.starts_with(&format!("{own}/bin/llama-server")), "{place}: {unit} runs {command}");
        let earlier = before["box"]["commands"][unit].as_str().expect("a command");
        assert!(!earlier.starts_with(own), "{place}: {unit} had the machine's own before");
        assert_eq!(
            earlier.split_once("/bin/").map(|(_, rest)| rest),
            command.split_once("/bin/").map(|(_, rest)| rest)
        );
    }
    let installed: Vec<&str> =
        value["installed"].as_array().expect("packages").iter().filter_map(Value::as_str).collect();
    let others: Vec<&&str> = installed.iter().filter(|path| path.contains("llama") && **path != own).collect();
    assert!(others.is_empty(), "{place}: beside {own} there are {others:?}");
}

#[test]
fn services_units_and_lists_take_the_machines_own() {
    if !evaluator::is_there() {
        return;
    }
    for (place, request, before, after) in before_and_after(&[], &[("hosts/box.nix", SERVICES)]) {
        all_have_its_own(&place, &request, &before, &after, &["embed", "rank", "draft"]);
        let own = &after["box"]["packages"]["llama-cpp-vulkan"]["path"];
        assert_eq!(&after["box"]["server"]["package"], own, "{place}: the service");
        assert_ne!(&before["box"]["server"]["package"], own, "{place}: the service before");
    }
}

#[test]
fn names_of_an_earlier_overlay_become_the_machines_own() {
    if !evaluator::is_there() {
        return;
    }
    let files = [("hosts/box.nix", NAMES), ("overlays/llama.nix", EARLIER)];
    for (place, request, before, after) in before_and_after(&["overlays/llama.nix"], &files) {
        all_have_its_own(&place, &request, &before, &after, &["chat"]);
    }
}
