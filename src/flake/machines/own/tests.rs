//! Whose files are whose, and which names the flake confirms.

use crate::flake::Flake;
use crate::flake::machines::{Confirmation, Own};
use crate::flake::trees::Sources;
use crate::flake::value::MachineKind;
use crate::kind::MachineName;
use crate::request::Files;

#[track_caller]
fn with<T>(outputs: &str, more: &[&str], ask: impl FnOnce(&Flake<'_>) -> T) -> T {
    let text = format!("{{ outputs = inputs@{{ self, nixpkgs, home-manager, flake-parts, ... }}: {outputs}; }}");
    let mut files = Files::from([("flake.nix".to_owned(), text)]);
    files.extend(more.iter().map(|path| ((*path).to_owned(), "{ }".to_owned())));
    let flake = Flake::read(Sources::of(&files)).unwrap_or_else(|error| panic!("{error:?}"));
    ask(&flake)
}

#[track_caller]
fn own(outputs: &str, more: &[&str], expected: &[(&str, Own)]) {
    let found = with(outputs, more, |flake| flake.own_files(flake.all_machines().next().expect("a machine")));
    let found: Vec<(&str, Own)> = found.iter().map(|(file, own)| (file.as_str(), *own)).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_machines_own_file_bears_its_name() {
    let two = |modules: &str| {
        format!(
            "{{ nixosConfigurations = {{ alpha = nixpkgs.lib.nixosSystem {{ modules = [ {modules} ]; }};
                beta = nixpkgs.lib.nixosSystem {{ modules = [ ./common.nix ./hosts/beta.nix ]; }}; }}; }}"
        )
    };
    own(
        &two("./common.nix ./portainer.nix ./hosts/alpha.nix"),
        &["common.nix", "portainer.nix", "hosts/alpha.nix", "hosts/beta.nix"],
        &[("hosts/alpha.nix", Own::Named)],
    );
    own(
        &two("./common.nix ./hosts/alpha ./hosts/alpha/nvidia.nix"),
        &["common.nix", "hosts/alpha/default.nix", "hosts/alpha/nvidia.nix"],
        &[("hosts/alpha/default.nix", Own::Named), ("hosts/alpha/nvidia.nix", Own::InFolder)],
    );
    own(&two("./portainer.nix"), &["portainer.nix"], &[]);
    // the other machine reads it, too
    own(&two("./hosts/beta.nix"), &["hosts/beta.nix"], &[]);
    // what is not given is no place
    own(&two("./hosts/alpha.nix"), &[], &[]);
}

#[test]
fn the_only_machines_main_file_is_its_own() {
    let one = |modules: &str| {
        format!("{{ nixosConfigurations.box = nixpkgs.lib.nixosSystem {{ modules = [ {modules} ]; }}; }}")
    };
    own(
        &one("./configuration.nix ./nvidia.nix"),
        &["configuration.nix", "nvidia.nix"],
        &[("configuration.nix", Own::Only)],
    );
    own(
        &one("./nixos/configuration.nix ./hosts/Box.nix"),
        &["nixos/configuration.nix", "hosts/Box.nix"],
        &[("hosts/Box.nix", Own::Named), ("nixos/configuration.nix", Own::Only)],
    );
}

#[test]
fn a_homes_own_file_may_bear_the_users_name() {
    let homes = "{ homeConfigurations.\"ada@box\" = home-manager.lib.homeManagerConfiguration {
                     pkgs = { }; modules = [ ./users/ada ./shell.nix ]; }; }";
    own(homes, &["users/ada/default.nix", "shell.nix"], &[("users/ada/default.nix", Own::Named)]);
}

#[test]
fn a_name_is_confirmed_denied_or_left_open() {
    let confirm = |outputs: &str, kind: MachineKind, name: &str| {
        with(outputs, &[], |flake| match flake.confirm(&MachineName::new(kind, name)) {
            Confirmation::Made(machine) => format!("made: {}", machine.name),
            Confirmation::NotMade => "not made".to_owned(),
            Confirmation::CannotTell(why) => format!("{:?}", why.cause),
        })
    };
    let closed = "{ nixosConfigurations.box = nixpkgs.lib.nixosSystem { modules = [ ]; }; }";
    assert_eq!(confirm(closed, MachineKind::NixOs, "box"), "made: box");
    assert_eq!(confirm(closed, MachineKind::NixOs, "typo"), "not made");
    assert_eq!(confirm(closed, MachineKind::Home, "box"), "not made");
    let open = "flake-parts.lib.mkFlake { inherit inputs; } {
                  imports = [ ./hosts ];
                  flake.nixosConfigurations.usb = nixpkgs.lib.nixosSystem { modules = [ ]; };
                }";
    assert_eq!(confirm(open, MachineKind::NixOs, "usb"), "made: usb");
    assert_eq!(confirm(open, MachineKind::NixOs, "alpha"), "MissingFile(\"hosts/default.nix\")");
    let made_elsewhere = "{ homeConfigurations = import ./homes.nix; }";
    assert_eq!(confirm(made_elsewhere, MachineKind::Home, "ada"), "MissingFile(\"homes.nix\")");
}
