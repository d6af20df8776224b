//! llama.cpp's worker for other machines (`GGML_RPC`), as a service.

use super::drivers::path;
use super::switch::{Choice, Switches, Wrong};
use super::text::set;
use super::{MachineSpec, Setting, Value};
use crate::report::Severity;
use crate::request::Field;

/// The service of a machine whose form has an address for it; `package` is the machine's llama.cpp, in Nix.
pub(super) fn worker(machine: &MachineSpec, package: &str) -> Option<Setting> {
    let (host, port) = address(machine.request.switches.text("rpc_worker"))?;
    let command = format!("ExecStart = {package} + \"/bin/llama-rpc-server --host {host} --port {port}\";");
    let service = set(&[
        command,
        "DynamicUser = true;".to_owned(),
        "SupplementaryGroups = [\n  \"render\"\n  \"video\"\n];".to_owned(),
        "Restart = \"on-failure\";".to_owned(),
    ]);
    let unit = set(&[
        "description = \"llama.cpp's RPC worker\";".to_owned(),
        "wantedBy = [ \"multi-user.target\" ];".to_owned(),
        "after = [ \"network.target\" ];".to_owned(),
        format!("serviceConfig = {service};"),
    ]);
    Some(Setting {
        path: path(["systemd", "services", "llama-rpc"]),
        value: Value::Expr(unit),
        comment: "asks for no key: whoever reaches the port can use it",
        reason: "Another machine's llama-server can use this machine's devices.",
        field: Some(Field::Switches),
    })
}

/// The host and port of an address; `None`: it is none.
fn address(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    // the host becomes a word of a unit's command
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let is_host = !host.is_empty() && !host.starts_with('-') && host.bytes().all(plain);
    Some((host, port.parse().ok().filter(|port| is_host && *port > 0)?))
}

/// What is wrong with the address of a worker.
pub(super) fn check(choice: &Choice, others: &Switches) -> Vec<Wrong> {
    let wrong = |severity, message: String, hint: &str| vec![Wrong { severity, message, hint: hint.to_owned() }];
    let Some((host, _)) = address(choice.text()) else {
        let message = "The RPC worker listens on an address and a port.".to_owned();
        return wrong(Severity::Error, message, "127.0.0.1:50052, or 0.0.0.0:50052 for the network");
    };
    if !others.has("rpc") {
        let message = "The RPC worker is a program that is only there with RPC built in.".to_owned();
        return wrong(Severity::Error, message, "choose RPC, too");
    }
    let is_local = host == "localhost" || host == "::1" || host.starts_with("127.");
    match is_local {
        true => Vec::new(),
        false => wrong(
            Severity::Warning,
            "The RPC worker asks for no key and trusts what it is sent: whoever reaches its port can use the machine, and \
             crash it. The firewall is not opened."
                .to_owned(),
            "open it to the one network that you trust: networking.firewall.interfaces.<name>.allowedTCPPorts",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        assert_eq!(address("0.0.0.0:50052"), Some(("0.0.0.0", 50052)));
        assert_eq!(address("::1:50052"), Some(("::1", 50052)));
        for wrong in ["", "50052", ":50052", "a:0", "a:70000", "a b:1", "$x:1", "%h:1", "-h:1"] {
            assert_eq!(address(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_worker_that_the_network_reaches_is_warned_of() {
        let mut rpc = Switches::default();
        rpc.set("rpc", Choice::Flag(true));
        let of = |text: &str, others| check(&Choice::Text(text.into()), others).first().map(|wrong| wrong.severity);
        let found = |text: &str| of(text, &rpc);
        assert_eq!(found("127.0.0.1:50052"), None);
        assert_eq!(found("0.0.0.0:50052"), Some(Severity::Warning));
        assert_eq!(found("50052"), Some(Severity::Error));
        assert_eq!(of("127.0.0.1:50052", &Switches::default()), Some(Severity::Error));
    }
}
