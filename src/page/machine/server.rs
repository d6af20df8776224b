//! `llama-server` as a service.

use leptos::prelude::*;
use llama_fleet::request::{Field, Server};

use super::{FieldGroup, Handle, verdicts_id};
use crate::page::field::{CheckBox, TextField};

#[component]
pub fn ServerField() -> impl IntoView {
    let handle = Handle::of_form();
    let runs = Memo::new(move |_| handle.read(|machine| machine.server.is_some()));
    view! {
        <FieldGroup field=Field::Server legend="Server">
            <CheckBox
                label="Run llama-server as a service"
                checked=runs
                on_change=move |on: bool| handle.change("server", |machine| machine.server = on.then(Server::default))
            />
            <Show when=move || runs.get()>
                <Settings />
            </Show>
        </FieldGroup>
    }
}

/// A part of the server's settings; of one that is not there, what is empty.
fn read<T>(handle: Handle, part: impl Fn(&Server) -> T + Send + Sync + 'static) -> Signal<T>
where
    T: Default + Send + Sync + 'static,
{
    handle.signal(move |machine| machine.server.as_ref().map(&part).unwrap_or_default())
}

fn change(handle: Handle, kind: &str, change: impl FnOnce(&mut Server)) {
    handle.change(kind, |machine| {
        if let Some(server) = &mut machine.server {
            change(server);
        }
    });
}

#[component]
fn Settings() -> impl IntoView {
    let handle = Handle::of_form();
    // What was typed, while it is no port.
    let port_text = RwSignal::new(None::<String>);
    let port = read(handle, |server| server.port.to_string());
    let set_port = move |text: String| match text.trim().parse::<u16>() {
        Ok(port) => {
            port_text.set(None);
            change(handle, "port", |server| server.port = port);
        }
        Err(_) => port_text.set(Some(text)),
    };
    let problem = move || {
        port_text.with(Option::is_some).then_some("A port is a number from 0 to 65535; the last one that was is kept.")
    };
    view! {
        <div class="field-row">
            <TextField
                label="Address"
                mono=true
                value=read(handle, |server| server.host.clone())
                described_by=verdicts_id(Field::Server)
                on_input=move |host| change(handle, "host", |server| server.host = host)
            />
            <TextField
                label="Port"
                mono=true
                short=true
                numeric=true
                value=Signal::derive(move || port_text.get().unwrap_or_else(|| port.get()))
                invalid=Signal::derive(move || port_text.with(Option::is_some))
                described_by="port-problem"
                on_input=set_port
            />
        </div>
        <p class="field-problem" id="port-problem">
            {problem}
        </p>
        <TextField
            label="Model file on the machine"
            mono=true
            placeholder="/srv/models/model.gguf"
            value=read(handle, |server| server.model.clone().unwrap_or_default())
            described_by=verdicts_id(Field::Server)
            on_input=move |text: String| {
                change(handle, "model", |server| server.model = Some(text).filter(|text| !text.is_empty()));
            }
        />
        <CheckBox
            label="Open the port in the firewall"
            checked=read(handle, |server| server.open_firewall)
            on_change=move |open| change(handle, "firewall", |server| server.open_firewall = open)
        />
    }
}
