//! What the machine says about itself: pasted, read, and what follows from it.

use leptos::prelude::*;
use llama_fleet::hardware::{COMMAND, Evidence, Note, Reading, Recommendation, read};
use llama_fleet::report::Severity;
use llama_fleet::request::Variant;

use super::{Handle, variant_name};
use crate::page::code::with_code;
use crate::page::erased::{clicked, live, shown, typed, when};
use crate::page::model::text;

/// Longer pastes are refused: no machine says so much.
const LONGEST: usize = 5_000_000;

#[component]
pub fn Paste(handle: Handle) -> impl IntoView {
    let problem = RwSignal::new(None::<String>);
    let open = RwSignal::new(false);
    let take = move |text: &str| {
        problem.set(None);
        if text.trim().is_empty() {
            return;
        }
        if text.len() > LONGEST {
            problem.set(Some(format!("{} is more than any machine says.", text::size(text.len()))));
            return;
        }
        let reading = read(text);
        if reading.is_empty() {
            problem.set(Some("Nothing in this text is known: paste the whole output of the command.".to_owned()));
            return;
        }
        let sources: Vec<&str> = reading.sources.iter().map(|source| source.name()).collect();
        handle.store.say(&format!("Read {}. The form is filled; Undo takes that back.", sources.join(", ")));
        handle.change_form("reading", |form| form.take_reading(reading));
    };
    // A report that was dropped with the files.
    Effect::new(move |_| {
        if let Some(report) = handle.store.report.get() {
            handle.store.report.set(None);
            open.set(true);
            take(&report);
        }
    });
    view! {
        <details class="paste" prop:open=live(move || open.get())>
            <summary>"Read the hardware from the machine"</summary>
            <div class="paste-body">
                <p class="field-help">"Run this on " <strong>{handle.name()}</strong> " and paste what it prints:"</p>
                <div class="snippet">
                    <pre tabindex="0" role="group" aria-label="Command">{COMMAND}</pre>
                    <button type="button" class="quiet" on:click=clicked(move || handle.store.copy("the command", COMMAND.to_owned()))>
                        "Copy"
                    </button>
                </div>
                <label class="unseen" for="hardware">"What the machine prints"</label>
                <textarea
                    id="hardware" class="mono" rows="4" spellcheck="false" autocapitalize="off" autocomplete="off"
                    placeholder="lscpu, lspci -nn, nvidia-smi, rocminfo, facter.json, hardware-configuration.nix: whatever there is"
                    aria-describedby="hardware-help"
                    aria-invalid=live(move || problem.get().is_some().to_string())
                    on:input=typed(move |value| take(&value))
                ></textarea>
                <p class="field-help" id="hardware-help">
                    {shown(move || match problem.get() {
                        Some(problem) => view! { <span class="field-problem">{problem}</span> }.into_any(),
                        None => "It stays on this page. Only what is read from it is used, without serial numbers.".into_any(),
                    })}
                </p>
            </div>
        </details>
        {shown(move || handle.form.with(|form| form.reading.clone()).map(|reading| view! { <Read handle reading /> }))}
    }
}

/// What was read, each with the line it was read from.
#[component]
fn Read(handle: Handle, reading: Reading) -> impl IntoView {
    let other = reading
        .hostname
        .clone()
        .filter(|host| *host != handle.name() && handle.store.form.with_untracked(|form| form.machine(host).is_some()));
    let moved = reading.clone();
    let cpu = reading.cpu.map(|cpu| {
        let name = cpu.name.unwrap_or_else(|| "A CPU".to_owned());
        view! { <Found name evidence=cpu.evidence /> }
    });
    let gpus: Vec<_> =
        reading.gpus.into_iter().map(|gpu| view! { <Found name=gpu.name evidence=gpu.evidence /> }).collect();
    view! {
        <section class="reading" aria-label="What was read">
            <dl>{cpu} {gpus}</dl>
            {other.map(|host| {
                let (from, to) = (handle.name(), host.clone());
                view! {
                    <p class="field-help">
                        {format!("The prompt in it says that this is {host}. ")}
                        <button type="button" class="link" on:click=clicked(move || {
                            let (from, to, reading) = (from.clone(), to.clone(), moved.clone());
                            handle.store.change("move reading", |form| form.move_reading(&from, &to, reading));
                            handle.store.selected.set(host.clone());
                        })>"Give it to that machine"</button>
                    </p>
                }
            })}
            <Notes notes=reading.notes />
        </section>
    }
}

#[component]
fn Found(name: String, evidence: Vec<Evidence>) -> impl IntoView {
    view! {
        <dt>{name}</dt>
        {evidence.into_iter().map(|evidence| view! {
            <dd>
                <span class="faint">{format!("{}, line {}: ", evidence.source.name(), evidence.line)}</span>
                <code>{evidence.excerpt}</code>
            </dd>
        }).collect_view()}
    }
}

#[component]
fn Notes(notes: Vec<Note>) -> impl IntoView {
    let notes: Vec<_> = notes
        .into_iter()
        .map(|note| {
            let (class, word) = match note.severity {
                Severity::Error => ("verdict error", "Error"),
                Severity::Warning => ("verdict warning", "Warning"),
                Severity::Note => ("verdict", "Note"),
            };
            view! { <li class=class><span class="problem-kind">{word}</span> " " {with_code(&note.message)}</li> }
        })
        .collect();
    (!notes.is_empty()).then(|| view! { <ul class="notes">{notes}</ul> })
}

/// What is recommended for the machine's hardware, at what cost, and what speaks against the others.
#[component]
pub fn Advice(handle: Handle) -> impl IntoView {
    let advice = Memo::new(move |_| handle.form.with(|form| form.recommendation()));
    let chosen = handle.get(|machine| machine.variant);
    move || {
        advice.get().map(|Recommendation { machine, reason, cost, others, notes, .. }| {
            let recommended = machine.variant;
            let against = others.into_iter().map(|other| view! {
                <li><strong>{variant_name(other.variant)}</strong> ": " {other.against}</li>
            }).collect_view();
            view! {
                <div class="advice">
                    <p><strong>{variant_name(recommended)}</strong> ": " {reason} " " <span class="faint">{cost}</span></p>
                    {when(move || chosen.get() != recommended, move || view! {
                        <button type="button" class="quiet" on:click=clicked(move || choose(handle, recommended))>
                            {format!("Take {}", variant_name(recommended))}
                        </button>
                    })}
                    <details>
                        <summary>"Why not the others?"</summary>
                        <ul class="against">{against}</ul>
                    </details>
                    <Notes notes />
                </div>
            }
        })
    }
}

fn choose(handle: Handle, variant: Variant) {
    handle.change("variant", |machine| machine.variant = variant);
}
