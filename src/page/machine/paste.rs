//! What the machine prints about itself: pasted, read, and what follows from it.

use std::borrow::Cow;

use leptos::prelude::*;
use llama_fleet::hardware::{COMMAND, Evidence, Passage, Reading};
use llama_fleet::service::{Answer, Gpu, HardwareRead, OneOfSeveral, Question};

use super::Handle;
use super::advice::Notes;
use super::several::Several;
use crate::page::code::Snippet;
use crate::page::field::truth;
use crate::page::model::text;

/// Longer pastes are refused: no machine prints so much.
const LONGEST: usize = 5_000_000;

/// The field for what the machine prints.
#[derive(Clone, Copy)]
struct Field {
    handle: Handle,
    /// Why the text is of no use.
    problem: RwSignal<Option<String>>,
    /// The machines that the text is of, where it is of several.
    several: RwSignal<Vec<OneOfSeveral>>,
    /// How many texts there were: only the last one's reading is taken.
    texts: StoredValue<u32>,
}

/// The field for what the machine prints, and what was read from it.
#[component]
pub fn Paste() -> impl IntoView {
    let handle = Handle::of_form();
    let store = handle.store;
    let field =
        Field { handle, problem: RwSignal::default(), several: RwSignal::default(), texts: StoredValue::default() };
    let (problem, several) = (field.problem, field.several);
    // Open while nothing is known: then it is the first thing to do.
    let is_known = handle.form.with_untracked(|form| {
        form.reading.is_some() || !form.gpus.is_empty() || form.machine != form.base || !form.guesses.is_empty()
    });
    let open = RwSignal::new(!is_known);
    // Reports that were opened or dropped as files.
    Effect::new(move |_| {
        let reports = store.reports.get();
        if !reports.is_empty() {
            store.reports.set(Vec::new());
            open.set(true);
            field.take(reports.join("\n"));
        }
    });
    let reading = Memo::new(move |_| handle.form.with(|form| form.reading.clone()));
    let help = move || match problem.get() {
        Some(problem) => view! { <span class="field-problem">{problem}</span> }.into_any(),
        None => {
            "It stays on this page. Only what is read from it is used, without serial numbers. What you paste later \
                 is added to it."
                .into_any()
        }
    };
    view! {
        <details class="paste" prop:open=move || open.get()>
            <summary>"Read the hardware from the machine"</summary>
            <div class="paste-body">
                <p class="field-help">
                    "Run this on " <strong>{handle.name()}</strong> " and paste what it prints:"
                </p>
                <Snippet label="Command" what="the command" text=COMMAND />
                <label class="unseen" for="hardware">
                    "What the machine prints"
                </label>
                <textarea
                    id="hardware"
                    class="mono"
                    rows="4"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    placeholder="lscpu, lspci -nn, nvidia-smi, rocminfo, facter.json, hardware-configuration.nix: whatever there is"
                    aria-describedby="hardware-help"
                    aria-invalid=move || truth(problem.with(Option::is_some))
                    on:input=move |event| field.take(event_target_value(&event))
                ></textarea>
                <p class="field-help" id="hardware-help">
                    {help}
                </p>
                {move || {
                    let machines = several.get();
                    (!machines.is_empty()).then(|| view! { <Several machines=machines done=move || several.set(Vec::new()) /> })
                }}
            </div>
        </details>
        {move || reading.get().map(|reading| view! { <WhatWasRead reading=reading /> })}
    }
}

impl Field {
    /// Has a text read together with what was pasted before, and fills the form from it.
    fn take(self, text: String) {
        let number = self.texts.get_value() + 1;
        self.texts.set_value(number);
        self.problem.set(None);
        self.several.set(Vec::new());
        if text.trim().is_empty() {
            return;
        }
        if text.len() > LONGEST {
            self.problem.set(Some(text::size(text.len()) + " is more than any machine prints."));
            return;
        }
        let (store, name) = (self.handle.store, self.handle.name());
        let earlier = self.handle.form.with_untracked(|form| form.pastes.clone());
        let known = earlier.len();
        store.ask(Question::ReadHardware { earlier, text: text.clone() }, move |answer| {
            // Where another machine is shown by now, the field is gone: the text was this machine's all the same.
            if self.texts.try_get_value().is_some_and(|last| last != number) {
                return;
            }
            let read = match answer {
                Some(Answer::HardwareRead(read)) => read,
                Some(Answer::SeveralMachines(machines)) => {
                    store.say(&format!(
                        "The text is of {}: say which is which.",
                        text::count(machines.len(), "machine")
                    ));
                    // The field may be gone.
                    self.several.try_set(machines);
                    return;
                }
                _ => return self.refuse("This text could not be read: paste the output of the command alone."),
            };
            if read.pastes.last() != Some(&text) {
                return self.refuse("Nothing in this text is known: paste the whole output of the command.");
            }
            let sources: Vec<&str> = read.reading.sources.iter().map(|source| source.name()).collect();
            let together = if known > 0 { ", with what was read before" } else { "" };
            store.say(&format!("Read {}{together}. The form is filled; Undo takes that back.", sources.join(", ")));
            store.change_machine(&name, "reading", |form| form.take_reading(read));
        });
    }

    fn refuse(self, why: &str) {
        // The field may be gone.
        self.problem.try_set(Some(why.to_owned()));
    }
}

/// What was read, each with the line it was read from.
#[component]
fn WhatWasRead(reading: Reading) -> impl IntoView {
    let handle = Handle::of_form();
    let is_known = |host: &String| handle.store.form.with_untracked(|form| form.machine(host).is_some());
    let other = reading.hostname.clone().filter(|host| *host != handle.name() && is_known(host));
    let cpu = reading.cpu.map(|cpu| (cpu.name.unwrap_or_else(|| "A CPU".to_owned()), cpu.evidence));
    let gpus = reading.gpus.into_iter().map(|gpu| (Gpu::from(&gpu).name, gpu.evidence));
    let parts = cpu.into_iter().chain(gpus).map(|(name, evidence)| {
        view! {
            <dt>{name}</dt>
            {evidence.into_iter().map(line).collect_view()}
        }
    });
    view! {
        <section class="reading" aria-label="What was read">
            <dl>{parts.collect_view()}</dl>
            {other.map(|host| view! { <OtherHost host=host /> })}
            <Notes notes=reading.notes />
            <Passages passages=reading.passages />
            <ToBeCertain commands=reading.to_be_certain />
        </section>
    }
}

/// Which lines of the paste were read, as what, and which were not.
#[component]
fn Passages(passages: Vec<Passage>) -> impl IntoView {
    let passage = |passage: Passage| {
        let lines = match (passage.line, passage.last_line) {
            (first, last) if first == last => format!("Line {first}: "),
            (first, last) => format!("Lines {first} to {last}: "),
        };
        let read = match passage.source {
            Some(source) if passage.tells.is_empty() => format!("read as {}", source.name()),
            Some(source) => format!("read as {}, for {}", source.name(), passage.tells.join(", ")),
            None => "not read".to_owned(),
        };
        view! { <li>{lines} {read}</li> }
    };
    (!passages.is_empty()).then(|| {
        view! {
            <details>
                <summary>"What became of each line"</summary>
                <ul>{passages.into_iter().map(passage).collect_view()}</ul>
            </details>
        }
    })
}

/// The commands that would make certain what is not.
#[component]
fn ToBeCertain(commands: Vec<Cow<'static, str>>) -> impl IntoView {
    (!commands.is_empty()).then(|| {
        let command = |command: Cow<'static, str>| {
            view! { <Snippet label="Command" what="the command" text=command.into_owned() /> }
        };
        view! {
            <p class="field-help">"To be certain, paste what this prints, too:"</p>
            {commands.into_iter().map(command).collect_view()}
        }
    })
}

fn line(evidence: Evidence) -> impl IntoView {
    view! {
        <dd>
            <span class="faint">{format!("{}, line {}: ", evidence.source.name(), evidence.line)}</span>
            <code>{evidence.excerpt}</code>
        </dd>
    }
}

/// The prompt in a paste names another machine: the way to give the reading to that one.
#[component]
fn OtherHost(host: String) -> impl IntoView {
    let handle = Handle::of_form();
    let words = format!("The prompt in it says that this is {host}. ");
    view! {
        <p class="field-help">
            {words}
            <button type="button" class="link" on:click=move |_| give(handle, &host)>
                "Give it to that machine"
            </button>
        </p>
    }
}

/// Gives the reading to the machine that it is of.
fn give(handle: Handle, to: &str) {
    let (store, from) = (handle.store, handle.name());
    let Some(recommendation) = store.judged.with_untracked(|judged| judged.get(&from)?.advice.clone()) else {
        return store.say("What follows from the reading is not known yet: press the button again in a moment.");
    };
    let (reading, pastes) = handle.form.with_untracked(|form| (form.reading.clone(), form.pastes.clone()));
    let Some(reading) = reading else { return };
    let read = HardwareRead { reading, recommendation, pastes };
    store.change("move reading", |form| form.move_reading(&from, to, read));
    store.selected.set(to.to_owned());
}
