//! The page's one store: signals that components read, and methods that change them.

use gloo::timers::callback::Timeout;
use llama_fleet::request::Files;
use llama_fleet::service::{Cpus, Findings, Judgement, Mark, Opened, Outline};

use super::model::Places;
use super::model::form::Form;
use super::model::history::History;
use super::state::{Plain, State};
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

/// A plan with what is told about how it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Planned {
    pub plan: Outline,
    pub micros: u32,
}

/// What the engine thinks of each machine's choices.
#[derive(Debug, Default)]
pub struct Judged {
    places: Places,
    judgements: Vec<Judgement>,
}

impl Judged {
    /// Of the machine `name`.
    pub fn get(&self, name: &str) -> Option<&Judgement> {
        self.judgements.get(self.places.get(name)?)
    }
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
    pub files: State<Files>,
    /// The file in the editor.
    pub editing: State<String>,
    pub form: State<Form>,
    /// The machine whose form is shown.
    pub selected: State<String>,
    pub inspection: State<Findings>,
    pub planned: State<Option<Planned>>,
    /// What the engine thinks of each machine's choices.
    pub judged: State<Judged>,
    /// The CPUs to choose from; none before the engine is there.
    pub cpus: State<Cpus>,
    /// Whether the engine is being fetched.
    pub loading: State<bool>,
    /// What went wrong, in plain words.
    pub trouble: State<Option<String>>,
    /// The field that the pointer or the focus is on.
    pub pointed: State<Option<Mark>>,
    /// What a file, the example, a folder or a link has replaced.
    pub replaced: State<Option<(Files, Form)>>,
    /// What was said last, in the page's one status region.
    pub said: State<String>,
    /// Whether it is shown, too: what the page shows elsewhere is only spoken.
    pub said_aloud: State<bool>,
    pub kept: State<Kept>,
    /// What a link held that this version does not know.
    pub unrecognised: State<Vec<String>>,
    pub folder: State<Option<Folder>>,
    /// Whether the dialog that makes links is open.
    pub sharing: State<bool>,
    /// A link that waits for the user's word, because there is a draft.
    pub link: State<Option<Opened>>,
    /// A hardware report that was dropped, on its way to the machine that is shown.
    pub report: State<Option<String>>,
    history: State<History<Form>>,
    engine: Plain<Option<Engine>>,
    /// The trouble is the engine's, and over with the next plan.
    stuck: Plain<bool>,
    /// The engine stopped over judging the form as it is.
    unjudged: Plain<bool>,
    unread: Plain<Option<Unread>>,
    draft_timer: Plain<Option<Timeout>>,
    said_timer: Plain<Option<Timeout>>,
    summary_timer: Plain<Option<Timeout>>,
}

impl Store {
    /// An empty store with its engine started.
    pub fn new() -> Self {
        let store = Self {
            files: State::default(),
            editing: State::new(FLAKE.to_owned()),
            form: State::default(),
            selected: State::default(),
            inspection: State::default(),
            planned: State::new(None),
            judged: State::default(),
            cpus: State::default(),
            loading: State::new(false),
            trouble: State::new(None),
            pointed: State::new(None),
            replaced: State::new(None),
            said: State::default(),
            said_aloud: State::new(false),
            kept: State::new(Kept::Nothing),
            unrecognised: State::default(),
            folder: State::new(None),
            sharing: State::new(false),
            link: State::new(None),
            report: State::new(None),
            history: State::default(),
            engine: Plain::new(None),
            stuck: Plain::new(false),
            unjudged: Plain::new(false),
            unread: Plain::new(None),
            draft_timer: Plain::new(None),
            said_timer: Plain::new(None),
            summary_timer: Plain::new(None),
        };
        store.engine.set(Some(Engine::new(move |news| store.hear(news))));
        store
    }
}
