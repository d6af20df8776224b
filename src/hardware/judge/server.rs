//! Judges the server's settings: those of `services.llama-cpp` on NixOS, elsewhere of the unit that we write.

use super::{Verdict, error, note, shown, warning};
use crate::kind::MachineKind;
use crate::request::Server;

pub(super) fn judge(kind: MachineKind, server: &Server, verdicts: &mut Vec<Verdict>) {
    judge_port(server.port, verdicts);
    judge_host(server, verdicts);
    match &server.model {
        Some(model) => judge_model(model, verdicts),
        // a unit of ours names none, and `llama-server` starts without
        None if !kind.is_nixos() => {}
        None => {
            // nullable since January 2026: NixOS/nixpkgs#477593
            let message = "No model is named: nixpkgs up to 25.11 asks for one, and the machine does not evaluate there \
                           until a file of it sets services.llama-cpp.model.";
            verdicts.push(note("server.model", "no-model", message).hint("/srv/models/model.gguf"));
        }
    }
}

fn judge_port(port: u16, verdicts: &mut Vec<Verdict>) {
    let field = "server.port";
    if port == 0 {
        let message = "Port 0 means any free port: nobody would know where the server listens.";
        verdicts.push(error(field, "port-zero", message).hint("8080"));
    } else if port < 1024 {
        let message = format!("Port {port} is reserved for root, and the service runs as an ordinary user.");
        verdicts.push(warning(field, "privileged-port", message).hint("8080, with a reverse proxy before it"));
    }
}

fn judge_host(server: &Server, verdicts: &mut Vec<Verdict>) {
    let field = "server.host";
    let host = server.host.as_str();
    if host.is_empty() || host.chars().any(|c| c.is_whitespace() || c.is_control()) || host.contains("://") {
        let message = format!("`{}` is no address to listen on.", shown(host));
        verdicts
            .push(error(field, "bad-host", message).hint("127.0.0.1 for this machine alone, 0.0.0.0 for the network"));
        return;
    }
    let local = host == "localhost" || host == "::1" || host.starts_with("127.");
    if local && server.open_firewall {
        let message = format!("The firewall is opened, but the server listens on {} only.", shown(host));
        verdicts
            .push(warning(field, "open-firewall-local-host", message).hint("0.0.0.0, or leave the firewall closed"));
    }
    if !local && server.open_firewall {
        let message = "Everybody on the network can use the server: it asks for no key.";
        verdicts.push(note("server.open_firewall", "open-to-the-network", message));
    }
}

fn judge_model(model: &str, verdicts: &mut Vec<Verdict>) {
    let field = "server.model";
    if model.chars().any(char::is_control) {
        let message = format!("`{}` holds control characters.", shown(model));
        verdicts.push(error(field, "bad-model-path", message).hint("/srv/models/model.gguf"));
        return;
    }
    if !model.starts_with('/') {
        let message = format!("`{}` is no absolute path.", shown(model));
        verdicts.push(error(field, "model-not-absolute", message).hint("/srv/models/model.gguf"));
        return;
    }
    // systemd's ProtectHome hides these three.
    if ["/home", "/root", "/run/user"].iter().any(|hidden| is_under(model, hidden)) {
        let message = format!("The service cannot see `{}`: systemd hides home directories from it.", shown(model));
        verdicts.push(warning(field, "model-in-home", message).hint("/srv/models or /var/lib/llama-cpp"));
    }
    if ["/tmp", "/var/tmp"].iter().any(|private| is_under(model, private)) {
        let message = format!("The service cannot see `{}`: it has a private /tmp.", shown(model));
        verdicts.push(warning(field, "model-in-tmp", message).hint("/srv/models or /var/lib/llama-cpp"));
    }
    if model.ends_with('/') {
        let message = format!("`{}` is a folder; a model is a file.", shown(model));
        verdicts.push(warning(field, "model-is-folder", message).hint("/srv/models/model.gguf"));
    }
}

fn is_under(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
