//! `llama-server` as a service.

use leptos::prelude::*;
use llama_fleet::request::{Field, Server};

use super::{Handle, group, verdicts_id};
use crate::page::field::{check_box, labelled, text_field};
use crate::page::state::State;
use crate::page::view::{El, Part, el, live, when};

pub fn server_field(handle: Handle) -> El {
    let runs = move || handle.read(|machine| machine.server.is_some());
    let run = check_box("Run llama-server as a service", runs, move |on| {
        handle.change("server", |machine| machine.server = on.then(Server::default));
    });
    group(handle, Field::Server, "Server", vec![run.part(), when(runs, move || settings(handle))])
}

/// A part of the server's settings; of one that is not there, what is empty.
fn read<T: Default>(handle: Handle, part: impl FnOnce(&Server) -> T) -> T {
    handle.read(|machine| machine.server.as_ref().map(part).unwrap_or_default())
}

fn change(handle: Handle, kind: &str, change: impl FnOnce(&mut Server)) {
    handle.change(kind, |machine| {
        if let Some(server) = &mut machine.server {
            change(server);
        }
    });
}

fn settings(handle: Handle) -> Vec<AnyView> {
    // What was typed, while it is no port.
    let port_text = State::new(None::<String>);
    let host = text_field()
        .class("mono")
        .attr("aria-describedby", verdicts_id(Field::Server))
        .value(move || read(handle, |server| server.host.clone()))
        .on_value("input", move |host| change(handle, "host", |server| server.host = host));
    let port = el("input")
        .attr("type", "text")
        .class("mono")
        .attr("inputmode", "numeric")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "port-problem")
        .state("aria-invalid", move || port_text.with(Option::is_some))
        .value(move || port_text.get().unwrap_or_else(|| read(handle, |server| server.port.to_string())))
        .on_value("input", move |text| match text.trim().parse::<u16>() {
            Ok(port) => {
                port_text.set(None);
                change(handle, "port", |server| server.port = port);
            }
            Err(_) => port_text.set(Some(text)),
        });
    let problem = move || {
        port_text.with(Option::is_some).then_some("A port is a number from 0 to 65535; the last one that was is kept.")
    };
    let model = text_field()
        .class("mono")
        .attr("placeholder", "/srv/models/model.gguf")
        .attr("aria-describedby", verdicts_id(Field::Server))
        .value(move || read(handle, |server| server.model.clone().unwrap_or_default()))
        .on_value("input", move |text| {
            change(handle, "model", |server| server.model = Some(text).filter(|text| !text.is_empty()));
        });
    let firewall = check_box(
        "Open the port in the firewall",
        move || read(handle, |server| server.open_firewall),
        move |open| change(handle, "firewall", |server| server.open_firewall = open),
    );
    vec![
        el("div")
            .class("field-row")
            .child(labelled("Address", host))
            .child(labelled("Port", port).class("inline-field short"))
            .part(),
        el("p").class("field-problem").id("port-problem").child(live(problem)).part(),
        labelled("Model file on the machine", model).part(),
        firewall.part(),
    ]
}
