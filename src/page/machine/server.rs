//! `llama-server` as a service.

use leptos::prelude::*;
use llama_fleet::request::Server;

use super::{Group, Handle, verdicts_id};
use crate::page::erased::{checked, live, shown, typed, when};
use crate::page::model::form::Field;

#[component]
pub fn ServerField(handle: Handle) -> impl IntoView {
    let server = handle.get(|machine| machine.server.clone());
    let on = move || server.with(Option::is_some);
    let with =
        move |part: fn(&Server) -> String| move || server.with(|server| server.as_ref().map(part).unwrap_or_default());
    let change = move |kind: &str, change: &dyn Fn(&mut Server)| {
        handle.change(kind, |machine| {
            if let Some(server) = &mut machine.server {
                change(server);
            }
        });
    };
    let port_text = RwSignal::new(None::<String>);
    let port = move || port_text.get().unwrap_or_else(with(|server| server.port.to_string()));
    view! {
        <Group handle field=Field::Server legend="Server">
            <label class="choice">
                <input
                    type="checkbox" prop:checked=on
                    on:change=checked(move |on| {
                        handle.change("server", |machine| machine.server = on.then(Server::default));
                    })
                />
                <span>"Run llama-server as a service"</span>
            </label>
            {when(on, move || view! {
                <div class="field-row">
                    <label class="inline-field">
                        <span>"Address"</span>
                        <input
                            type="text" class="mono" autocapitalize="off" autocomplete="off" spellcheck="false"
                            aria-describedby=verdicts_id(Field::Server)
                            prop:value=with(|server| server.host.clone())
                            on:input=typed(move |host| {
                                change("host", &|server| server.host.clone_from(&host));
                            })
                        />
                    </label>
                    <label class="inline-field short">
                        <span>"Port"</span>
                        <input
                            type="text" class="mono" inputmode="numeric" autocomplete="off"
                            aria-describedby="port-problem"
                            aria-invalid=live(move || port_text.get().is_some().to_string())
                            prop:value=port
                            on:input=typed(move |text| {
                                match text.trim().parse::<u16>() {
                                    Ok(port) => {
                                        port_text.set(None);
                                        change("port", &|server| server.port = port);
                                    }
                                    Err(_) => port_text.set(Some(text)),
                                }
                            })
                        />
                    </label>
                </div>
                <p class="field-problem" id="port-problem">
                    {shown(move || port_text.get().map(|_| "A port is a number from 0 to 65535; the last one that was is kept."))}
                </p>
                <label class="inline-field">
                    <span>"Model file on the machine"</span>
                    <input
                        type="text" class="mono" autocapitalize="off" autocomplete="off" spellcheck="false"
                        placeholder="/srv/models/model.gguf" aria-describedby=verdicts_id(Field::Server)
                        prop:value=with(|server| server.model.clone().unwrap_or_default())
                        on:input=typed(move |text| {
                            change("model", &|server| server.model = (!text.is_empty()).then(|| text.clone()));
                        })
                    />
                </label>
                <label class="choice">
                    <input
                        type="checkbox"
                        prop:checked=live(move || server.with(|server| server.as_ref().is_some_and(|server| server.open_firewall)))
                        on:change=checked(move |open| {
                            change("firewall", &|server| server.open_firewall = open);
                        })
                    />
                    <span>"Open the port in the firewall"</span>
                </label>
            })}
        </Group>
    }
}
