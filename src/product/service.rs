//! llama-server as a service: what a machine's file says of it, and how that is told from what a user wrote.

use rnix::ast;
use rowan::ast::AstNode;

use super::drivers::path;
use super::module::MODULE_PACKAGE;
use super::text::{indent, list, set};
use super::{Fleet, MachineSpec, Setting, Value};
use crate::escape::{Nix, Shell, systemd_word};
use crate::kind::MachineKind;
use crate::request::{Field, Server, Style, Variant};
use crate::syntax;

/// What earlier versions wrote for it as one set.
const HARDENING: &str =
    "{\n  SupplementaryGroups = [\n    \"render\"\n    \"video\"\n  ];\n  ProcSubset = lib.mkForce \"all\";\n}";
/// Why the value has two shapes.
pub(super) const SETTINGS_COMMENT: &str = "nixpkgs has `settings` since June 2026";
pub(super) const HARDENING_COMMENT: &str = "the GPU's device files, and /proc/meminfo for its driver";

/// The settings of the service.
pub(super) fn service(fleet: &Fleet, machine: &MachineSpec, server: &Server) -> Vec<Setting> {
    match machine.kind {
        MachineKind::NixOs => of_nixos(fleet, machine, server),
        MachineKind::Home if machine.is_mac() => vec![agent_of_home(fleet, machine, server)],
        MachineKind::Home => vec![unit_of_home(fleet, machine, server)],
        MachineKind::Darwin => vec![agent_of_mac(fleet, machine, server)],
    }
}

/// The words behind `llama-server`.
fn arguments(server: &Server) -> Vec<String> {
    let mut words = vec!["--host".into(), server.host.clone(), "--port".into(), server.port.to_string()];
    if let Some(model) = &server.model {
        words.extend(["--model".into(), model.clone()]);
    }
    words
}

/// The program with what stands behind it, as a Nix string.
fn program(fleet: &Fleet, machine: &MachineSpec, behind: &str) -> Nix {
    Nix::string_behind(&package(fleet, machine), &["/bin/llama-server", behind].concat())
}

fn setting<const N: usize>(names: [&'static str; N], value: String, reason: &'static str) -> Setting {
    let (path, value) = (path(names), Value::Expr(value));
    Setting { path, value, comment: "", reason, field: Some(Field::Server) }
}

/// A user service by Home Manager's `systemd.user.services`, in whose words a unit's sections are sets.
fn unit_of_home(fleet: &Fleet, machine: &MachineSpec, server: &Server) -> Setting {
    let words: Vec<String> = arguments(server).iter().map(|word| systemd_word(word)).collect();
    let start = program(fleet, machine, &format!(" {}", words.join(" ")));
    let service = set(&[format!("ExecStart = {start};"), "Restart = \"on-failure\";".to_owned()]);
    let unit = set(&[
        "Unit.Description = \"llama.cpp's server\";".to_owned(),
        format!("Service = {service};"),
        "Install.WantedBy = [ \"default.target\" ];".to_owned(),
    ]);
    setting(
        ["systemd", "user", "services", "llama-cpp"],
        unit,
        "llama-server as a service of this user, on this home's package.",
    )
}

/// A launchd agent by Home Manager, which waits for the Nix store by itself.
fn agent_of_home(fleet: &Fleet, machine: &MachineSpec, server: &Server) -> Setting {
    let words = arguments(server).into_iter().map(|word| Nix::string(&word).into());
    let words: Vec<String> = [program(fleet, machine, "").into()].into_iter().chain(words).collect();
    let config = set(&[
        format!("ProgramArguments = {};", list(&words)),
        "KeepAlive = true;".to_owned(),
        "RunAtLoad = true;".to_owned(),
    ]);
    setting(
        ["launchd", "agents", "llama-cpp"],
        set(&["enable = true;".to_owned(), format!("config = {config};")]),
        "llama-server as an agent of this user, on this home's package.",
    )
}

/// A launchd agent by nix-darwin, whose `command` waits for the Nix store. One of `launchd.user.agents` would need
/// `system.primaryUser` (nix-darwin, modules/launchd/default.nix).
fn agent_of_mac(fleet: &Fleet, machine: &MachineSpec, server: &Server) -> Setting {
    let words = Shell::new("").words(arguments(server));
    let command = program(fleet, machine, words.as_str());
    let config = set(&["KeepAlive = true;".to_owned(), "RunAtLoad = true;".to_owned()]);
    setting(
        ["launchd", "agents", "llama-cpp"],
        set(&[format!("command = {command};"), format!("serviceConfig = {config};")]),
        "llama-server as an agent of whoever logs in, on this Mac's package.",
    )
}

/// The machine's own package.
fn package(fleet: &Fleet, machine: &MachineSpec) -> String {
    match fleet.style {
        Style::Module => MODULE_PACKAGE.to_owned(),
        Style::Overlay => format!("pkgs.{}", machine.request.package_name()),
    }
}

/// `services.llama-cpp` of NixOS.
fn of_nixos(fleet: &Fleet, machine: &MachineSpec, server: &Server) -> Vec<Setting> {
    // the service's default is pkgs.llama-cpp, which is the machine's own only with the alias
    let package = (!fleet.alias).then(|| package(fleet, machine));
    let setting = |path, value: String, comment, reason| Setting {
        path,
        value: Value::Expr(value),
        comment,
        reason,
        field: Some(Field::Server),
    };
    let mut settings = vec![setting(
        path(["services", "llama-cpp"]),
        value(package.as_deref(), server),
        "",
        "llama-server as a service, on this machine's package.",
    )];
    if machine.request.uses(Variant::Vulkan) || machine.request.uses(Variant::Rocm) {
        // two settings: what the user sets beside them in this set stays, and they are added to it
        let of_unit = |name| path(["systemd", "services", "llama-cpp", "serviceConfig", name]);
        let reason = "The service's hardening hides the GPU's device files and /proc/meminfo, which the driver reads.";
        let groups = Value::Items(vec!["\"render\"".into(), "\"video\"".into()]);
        let (comment, all) = (HARDENING_COMMENT, "lib.mkForce \"all\"".to_owned());
        settings
            .push(Setting { value: groups, ..setting(of_unit("SupplementaryGroups"), String::new(), comment, reason) });
        settings.push(setting(of_unit("ProcSubset"), all, "", reason));
    }
    settings
}

/// `services.llama-cpp`, in both of nixpkgs' shapes: RFC 42 `settings` came in June 2026.
fn value(package: Option<&str>, server: &Server) -> String {
    let mut always = vec!["enable = true;".to_owned()];
    always.extend(package.map(|package| format!("package = {package};")));
    if server.open_firewall {
        always.push("openFirewall = true;".to_owned());
    }
    let mut values = vec![format!("host = {};", Nix::string(&server.host)), format!("port = {};", server.port)];
    if let Some(model) = &server.model {
        values.push(format!("model = {};", Nix::string(model)));
    }
    format!(
        "let\n  server = {};\nin\n{}\n# {SETTINGS_COMMENT}\n// (if options.services.llama-cpp ? settings then {{ settings = server; }} else server)",
        indent(&set(&values), 2).trim_start(),
        set(&always),
    )
}

/// Whether the value of `services.llama-cpp` is, word for word, what we write for some choice.
pub(crate) fn is_service(text: &str) -> bool {
    written(text).is_some_and(|(package, server)| same_words(&value(package.as_deref(), &server), text))
}

/// Whether the value of the service's `serviceConfig` is, word for word, what we write.
pub(crate) fn is_hardening(text: &str) -> bool {
    same_words(HARDENING, text)
}

fn same_words(one: &str, two: &str) -> bool {
    one.split_whitespace().eq(two.split_whitespace())
}

/// The choice that a value of `services.llama-cpp` tells of, if it is ours.
fn written(text: &str) -> Option<(Option<String>, Server)> {
    let root = rnix::Root::parse(text).syntax();
    let bindings = || root.descendants().filter_map(ast::AttrpathValue::cast);
    let value = |name: &str| {
        let mut named = bindings().filter(|binding| syntax::first_name(binding.syntax()).as_deref() == Some(name));
        named.next().and_then(|binding| binding.value())
    };
    let string = |name: &str| match value(name)? {
        ast::Expr::Str(text) => syntax::static_string(&text),
        _ => None,
    };
    let server = Server {
        host: string("host")?,
        port: syntax::text(value("port")?.syntax()).parse().ok()?,
        model: string("model"),
        open_firewall: value("openFirewall").is_some(),
    };
    let package = value("package").map(|package| syntax::text(package.syntax()));
    let ours = |package: &String| package == MODULE_PACKAGE || package.starts_with("pkgs.llama-cpp-");
    package.iter().all(ours).then_some((package, server))
}
