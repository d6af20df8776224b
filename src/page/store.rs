//! What the page knows: signals that components read, and methods that change them.

use std::collections::BTreeMap;

use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use llama_fleet::request::Files;
use llama_fleet::service::{Cpus, Inspected, Judgement, Mark, OpenedLink, Planned};

use super::model::fleet::{self, Row};
use super::model::form::Form;
use super::model::history::History;
use super::model::stage::Stage;
use crate::browser::folder::Folder;
use crate::browser::worker::Engine;

mod draft;
mod engine;
mod files;
mod form;
mod words;

use draft::Unread;

/// The file that everything begins with.
pub const FLAKE: &str = "flake.nix";

/// A plan, and how long it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    pub planned: Planned,
    pub micros: u32,
}

/// Whether the draft is kept on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// There is nothing to keep.
    Nothing,
    Saved,
    /// The browser does not keep it, or it is too large.
    Refused,
    /// The user wants nothing kept.
    Forgotten,
}

/// All that the page knows. A handle: copies mean the same store.
#[derive(Clone, Copy)]
pub struct Store {
    pub files: RwSignal<Files>,
    /// The file in the editor.
    pub editing: RwSignal<String>,
    pub form: RwSignal<Form>,
    /// The machine whose form is shown.
    pub selected: RwSignal<String>,
    /// What the flake says; while the file in the editor does not parse, what it said before, with the new problems.
    pub inspected: RwSignal<Inspected>,
    pub planned: RwSignal<Option<Timed>>,
    /// The file in the editor does not parse, and the view is that of the last text that did.
    pub stale: RwSignal<bool>,
    /// What the engine thinks of each machine's choices.
    pub judged: RwSignal<BTreeMap<String, Judgement>>,
    /// The fleet as a table.
    pub rows: Memo<Vec<Row>>,
    /// The CPUs to choose from; none before the engine is there.
    pub cpus: RwSignal<Cpus>,
    /// Whether the engine is being fetched.
    pub loading: RwSignal<bool>,
    /// Whether the files are being read.
    pub reading: RwSignal<bool>,
    /// What went wrong, in plain words.
    pub trouble: RwSignal<Option<String>>,
    /// The field that the pointer or the focus is on.
    pub pointed: RwSignal<Option<Mark>>,
    /// What a file, the example, a folder or a link has replaced.
    pub replaced: RwSignal<Option<(Files, Form)>>,
    /// What was said last, in the page's one status region.
    pub said: RwSignal<String>,
    /// Whether it is shown, too: what the page shows elsewhere is only spoken.
    pub said_aloud: RwSignal<bool>,
    pub kept: RwSignal<Kept>,
    /// What a link held that this version does not know.
    pub unrecognised: RwSignal<Vec<String>>,
    pub folder: RwSignal<Option<Folder>, LocalStorage>,
    /// Whether the dialog that makes links is open.
    pub sharing: RwSignal<bool>,
    /// A link that waits for the user's word, because there is a draft.
    pub link: RwSignal<Option<OpenedLink>>,
    /// Hardware reports that were opened or dropped, on their way to the machine that is shown.
    pub reports: RwSignal<Vec<String>>,
    /// A text was just pasted or opened: once it is read, the editor stands at its first problem or its first line.
    pub arrived: RwSignal<bool>,
    pub history: RwSignal<History<Form>>,
    engine: StoredValue<Option<Engine>, LocalStorage>,
    /// The trouble is the engine's, and over with the next plan.
    stuck: StoredValue<bool>,
    /// The engine stopped over judging the form as it is.
    unjudged: StoredValue<bool>,
    unread: StoredValue<Option<Unread>>,
    draft_timer: StoredValue<Option<Timeout>, LocalStorage>,
    said_timer: StoredValue<Option<Timeout>, LocalStorage>,
    summary_timer: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Store {
    /// An empty store with its engine.
    pub fn new() -> Self {
        let form = RwSignal::new(Form::default());
        let judged = RwSignal::new(BTreeMap::new());
        let planned = RwSignal::new(None::<Timed>);
        let cpus = RwSignal::new(Cpus::default());
        let rows = move |_: Option<&Vec<Row>>| {
            form.with(|form| {
                judged.with(|judged| {
                    planned.with(|timed| {
                        cpus.with(|cpus| fleet::rows(form, judged, timed.as_ref().map(|timed| &timed.planned), cpus))
                    })
                })
            })
        };
        let store = Self {
            files: RwSignal::default(),
            editing: RwSignal::new(FLAKE.to_owned()),
            form,
            selected: RwSignal::default(),
            inspected: RwSignal::default(),
            planned,
            stale: RwSignal::default(),
            judged,
            rows: Memo::new(rows),
            cpus,
            loading: RwSignal::default(),
            reading: RwSignal::default(),
            trouble: RwSignal::default(),
            pointed: RwSignal::default(),
            replaced: RwSignal::default(),
            said: RwSignal::default(),
            said_aloud: RwSignal::default(),
            kept: RwSignal::new(Kept::Nothing),
            unrecognised: RwSignal::default(),
            folder: RwSignal::new_local(None),
            sharing: RwSignal::default(),
            link: RwSignal::default(),
            reports: RwSignal::default(),
            arrived: RwSignal::default(),
            history: RwSignal::default(),
            engine: StoredValue::new_local(None),
            stuck: StoredValue::default(),
            unjudged: StoredValue::default(),
            unread: StoredValue::default(),
            draft_timer: StoredValue::new_local(None),
            said_timer: StoredValue::new_local(None),
            summary_timer: StoredValue::new_local(None),
        };
        store.engine.set_value(Some(Engine::new(move |news| store.hear(news))));
        store
    }

    /// The page's store, from the context.
    pub fn of_page() -> Self {
        expect_context()
    }

    /// What the page has to show.
    pub fn stage(&self) -> Stage {
        Stage::of(
            self.files.with(|files| files.values().all(|text| text.trim().is_empty())),
            self.planned.with(Option::is_some),
            self.trouble.with(Option::is_some),
            self.loading.get() || self.reading.get(),
            self.form.with(|form| (form.machines.len(), form.machines.iter().filter(|one| one.chosen).count())),
            self.inspected.with(|inspected| inspected.is_broken),
        )
    }
}
