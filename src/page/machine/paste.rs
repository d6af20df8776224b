//! What the machine says about itself: pasted, read, and what follows from it.

use leptos::prelude::*;
use llama_fleet::hardware::COMMAND;
use llama_fleet::service::{self, Ask, Evidence, Heard, HeardPart, Note, Said};

use super::{Handle, choose, remark, variant_name};
use crate::page::model::text;
use crate::page::state::{Derived, Plain, State};
use crate::page::view::{El, Part, button, effect, el, live, when};

/// Longer pastes are refused: no machine says so much.
const LONGEST: usize = 5_000_000;

/// The field for what the machine prints.
#[derive(Clone, Copy)]
struct Field {
    handle: Handle,
    /// Why the text is of no use.
    problem: State<Option<String>>,
    /// How many texts there were: only the last one's reading is taken.
    texts: Plain<u32>,
}

/// The field for what the machine prints, and what was read from it.
pub fn paste(handle: Handle) -> Vec<AnyView> {
    let field = Field { handle, problem: State::new(None), texts: Plain::new(0) };
    let problem = field.problem;
    let open = State::new(false);
    // A report that was dropped with the files.
    effect(move || {
        if let Some(report) = handle.store.report.get() {
            handle.store.report.set(None);
            open.set(true);
            field.take(report);
        }
    });
    let command = el("div")
        .class("snippet")
        .child(el("pre").attr("tabindex", "0").attr("role", "group").attr("aria-label", "Command").child(COMMAND))
        .child(button("Copy", move || handle.store.copy("the command", COMMAND.to_owned())).class("quiet"));
    let text = el("textarea")
        .id("hardware")
        .class("mono")
        .attr("rows", "4")
        .attr("spellcheck", "false")
        .attr("autocapitalize", "off")
        .attr("autocomplete", "off")
        .attr(
            "placeholder",
            "lscpu, lspci -nn, nvidia-smi, rocminfo, facter.json, hardware-configuration.nix: whatever there is",
        )
        .attr("aria-describedby", "hardware-help")
        .state("aria-invalid", move || problem.with(Option::is_some))
        .on_value("input", move |text| field.take(text));
    let help = move || match problem.get() {
        Some(problem) => el("span").class("field-problem").child(problem).part(),
        None => "It stays on this page. Only what is read from it is used, without serial numbers.".part(),
    };
    let run = el("p")
        .class("field-help")
        .child("Run this on ")
        .child(el("strong").child(handle.name()))
        .child(" and paste what it prints:");
    let body = el("div")
        .class("paste-body")
        .child(run)
        .child(command)
        .child(el("label").class("unseen").attr("for", "hardware").child("What the machine prints"))
        .child(text)
        .child(el("p").class("field-help").id("hardware-help").child(live(help)));
    let field = el("details")
        .class("paste")
        .prop("open", move || open.get())
        .child(el("summary").child("Read the hardware from the machine"))
        .child(body);
    let heard = Derived::new(move || handle.form.with(|form| form.heard.clone()));
    vec![field.part(), live(move || heard.get().map(|heard| read(handle, heard)))]
}

impl Field {
    /// Has a text read, and fills the form from it.
    fn take(self, text: String) {
        let number = self.texts.get() + 1;
        self.texts.set(number);
        self.problem.set(None);
        if text.trim().is_empty() {
            return;
        }
        if text.len() > LONGEST {
            self.problem.set(Some(text::size(text.len()) + " is more than any machine says."));
            return;
        }
        let (store, name) = (self.handle.store, self.handle.name());
        store.ask(Ask::Read(text), move |said| {
            // Where another machine is shown by now, the field is gone: the text was this machine's all the same.
            if self.texts.try_get().is_some_and(|last| last != number) {
                return;
            }
            let Some(Said::Read(heard, advice)) = said else {
                return self.refuse("This text could not be read: paste the output of the command alone.");
            };
            if heard.sources.is_empty() {
                return self.refuse("Nothing in this text is known: paste the whole output of the command.");
            }
            store.say(&format!("Read {}. The form is filled; Undo takes that back.", heard.sources.join(", ")));
            store.change_machine(&name, "reading", |form| form.take_heard(heard, advice));
        });
    }

    fn refuse(self, why: &str) {
        // The field may be gone.
        self.problem.set(Some(why.to_owned()));
    }
}

/// What was read, each with the line it was read from.
fn read(handle: Handle, heard: Heard) -> El {
    let other = heard
        .hostname
        .clone()
        .filter(|host| *host != handle.name() && handle.store.form.with_untracked(|form| form.machine(host).is_some()));
    let moved = other.map(|host| {
        let heard = heard.clone();
        let words = format!("The prompt in it says that this is {host}. ");
        let give = button("Give it to that machine", move || give(handle, &host, &heard)).class("link");
        el("p").class("field-help").child(words).child(give)
    });
    let mut found = el("dl");
    for part in heard.parts {
        found = with_evidence(found, part);
    }
    el("section")
        .class("reading")
        .attr("aria-label", "What was read")
        .child(found)
        .child(moved)
        .child(remarks(&heard.notes))
}

/// Gives the reading to the machine that it is of.
fn give(handle: Handle, to: &str, heard: &Heard) {
    let (store, from) = (handle.store, handle.name());
    let advice = store.judged.with_untracked(|judged| judged.get(&from)?.advice.clone());
    let Some(advice) = advice else {
        return store.say("What follows from the reading is not known yet: press the button again in a moment.");
    };
    store.change("move reading", |form| form.move_heard(&from, to, heard.clone(), advice));
    store.selected.set(to.to_owned());
}

/// Adds a part of the machine to the list, with the lines that say so.
fn with_evidence(mut list: El, part: HeardPart) -> El {
    list = list.child(el("dt").child(part.name));
    for Evidence { source, line, excerpt } in part.evidence {
        let place = format!("{source}, line {line}: ");
        list = list.child(el("dd").child(el("span").class("faint").child(place)).child(el("code").child(excerpt)));
    }
    list
}

fn remarks(notes: &[Note]) -> Option<El> {
    if notes.is_empty() {
        return None;
    }
    let notes: Vec<El> = notes.iter().map(|note| remark(note.severity, "verdict", &note.message)).collect();
    Some(el("ul").class("notes").child(notes))
}

/// What is recommended for the machine's hardware, at what cost, and what speaks against the others.
pub fn advice(handle: Handle) -> AnyView {
    let name = handle.name();
    let advice = Derived::new(move || handle.store.judged.with(|judged| judged.get(&name)?.advice.clone()));
    live(move || advice.get().map(|advice| recommended(handle, &advice)))
}

fn recommended(handle: Handle, advice: &service::Advice) -> El {
    let variant = advice.variant;
    let name = |variant| el("strong").child(variant_name(variant));
    let mut against = el("ul").class("against");
    for other in &advice.others {
        against = against.child(el("li").child(name(other.variant)).child(": ").child(other.against.clone()));
    }
    let reason = el("p")
        .child(name(variant))
        .child(": ")
        .child(advice.reason.clone())
        .child(" ")
        .child(el("span").class("faint").child(advice.cost.clone()));
    let take = when(
        move || handle.read(|machine| machine.variant != variant),
        move || button("Take ".to_owned() + variant_name(variant), move || choose(handle, variant)).class("quiet"),
    );
    el("div")
        .class("advice")
        .child(reason)
        .child(take)
        .child(el("details").child(el("summary").child("Why not the others?")).child(against))
        .child(remarks(&advice.notes))
}
