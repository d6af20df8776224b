//! The page's one store: signals that components read, and methods that change them.

use gloo::timers::callback::Timeout;
use llama_fleet::report::{Diagnostic, Outcome, Severity};
use llama_fleet::request::Files;
use llama_fleet::service::{Answer, Ask, Changed, Cpus, Findings, Judgement, Mark, Opened, Outline, Said};

use super::model::form::{Form, MachineForm};
use super::model::history::History;
use super::model::text;
use super::model::{Places, files};
use super::state::{Plain, State};
use crate::browser::folder::Folder;
use crate::browser::worker::{Engine, Loss, Lost, News};
use crate::browser::{clipboard, dom, download, storage};

/// The file that everything begins with.
pub const FLAKE: &str = "flake.nix";
/// How long the draft waits for further changes before it is kept, in milliseconds.
const DRAFT_DELAY: u32 = 400;
/// Larger drafts are not kept, in bytes: browsers give a site about five million characters.
const LARGEST_DRAFT: usize = 2_000_000;
/// How many machines' forms all steps of the history may hold together.
const STEPS_KEPT: usize = 10_000;
/// How long words are shown, in milliseconds; they stay readable for screen readers.
const SHOWN_FOR: u32 = 8_000;
/// How long the summary of a plan waits for further changes before it is spoken, in milliseconds.
const SUMMARY_DELAY: u32 = 500;

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

/// A draft whose choices the engine has not read yet.
#[derive(Debug, Clone)]
struct Unread {
    text: String,
    asked_again: bool,
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

    // Files.

    /// The text of a file, empty when there is none.
    pub fn text(&self, path: &str) -> String {
        self.files.with(|files| files.get(path).cloned().unwrap_or_default())
    }

    /// What the user wrote into the editor.
    pub fn edit_text(&self, path: &str, field: String) {
        self.files.update(|files| {
            let text = text::edited(files.get(path).map_or("", String::as_str), field);
            files.insert(path.to_owned(), text);
        });
        self.files_changed();
    }

    /// Adds files, over those of the same paths, which can be put back.
    pub fn add_files(&self, given: Vec<(String, String)>) {
        let given = files::rooted(given);
        let lost = |(path, text): (&String, &String)| {
            self.files.with_untracked(|files| files.get(path).is_some_and(|old| !old.trim().is_empty() && old != text))
        };
        if given.iter().any(lost) {
            self.replaced.set(Some((self.files.get_untracked(), self.form.get_untracked())));
        }
        let mut last = None;
        self.files.update(|files| {
            for (path, text) in given {
                last = Some(path.clone());
                files.insert(path, text);
            }
        });
        let has_flake = self.files.with(|files| files.contains_key(FLAKE));
        self.editing.set(last.filter(|_| !has_flake).unwrap_or_else(|| FLAKE.to_owned()));
        self.files_changed();
    }

    /// Starts over with these files and this form. What was there can be put back.
    pub fn open(&self, files: Files, form: Form) {
        let before = (self.files.get_untracked(), self.form.get_untracked());
        let worth_keeping = before.0.values().any(|text| !text.trim().is_empty()) && before.0 != files;
        self.replaced.set(worth_keeping.then_some(before));
        self.unread.set(None);
        self.history.set(History::default());
        self.form.set(form);
        self.selected.set(String::new());
        self.editing.set(FLAKE.to_owned());
        self.files.set(files);
        self.folder.set(None);
        self.files_changed();
    }

    /// Opens what the last [`open`](Self::open) replaced.
    pub fn put_back(&self) {
        if let Some((files, form)) = self.replaced.get_untracked() {
            self.open(files, form);
            self.say("Your earlier files are back.");
        }
    }

    pub fn remove_file(&self, path: &str) {
        self.files.update(|files| {
            files.remove(path);
        });
        self.editing.set(FLAKE.to_owned());
        self.files_changed();
    }

    /// Takes what was written into the folder for the user's files: a change after that is a change to them.
    pub fn take_written(&self, written: Vec<Changed>) {
        self.files.update(|files| {
            for Changed { path, after, .. } in written {
                match after {
                    Some(text) => files.insert(path, text),
                    None => files.remove(&path),
                };
            }
        });
        if self.files.with_untracked(|files| !files.contains_key(&self.editing.get_untracked())) {
            self.editing.set(FLAKE.to_owned());
        }
        self.files_changed();
    }

    fn files_changed(&self) {
        self.trouble.set(None);
        self.keep_draft_soon();
        let files = self.files.get_untracked();
        if files.values().all(|text| text.trim().is_empty()) {
            self.inspection.set(Findings::default());
            self.form.update(|form| form.follow(&[]));
            self.planned.set(None);
            return;
        }
        self.with_engine(|engine| engine.set_files(files));
    }

    // The form.

    /// Changes the form; `kind` names the change, and changes of the same kind in a row are undone together.
    pub fn change(&self, kind: &str, change: impl FnOnce(&mut Form)) {
        let before = self.form.get_untracked();
        let mut after = before.clone();
        change(&mut after);
        if after == before {
            return;
        }
        // Each step keeps the whole form: of very large fleets fewer.
        let depth = (STEPS_KEPT / before.machines.len().max(1)).clamp(5, 100);
        self.history.update(|history| history.record(kind, before, depth));
        self.unread.set(None);
        self.unjudged.set(false);
        self.set_form(after);
    }

    /// Changes one machine's form.
    pub fn change_machine(&self, name: &str, kind: &str, change: impl FnOnce(&mut MachineForm)) {
        self.change(&format!("{name} {kind}"), |form| {
            form.machine_mut(name).map(change);
        });
    }

    fn set_form(&self, form: Form) {
        let selected = self.selected.get_untracked();
        if form.machine(&selected).is_none() {
            self.selected.set(form.machines.first().map(|machine| machine.name.clone()).unwrap_or_default());
        }
        self.form.set(form);
        self.keep_draft_soon();
        self.ask_plan();
        self.ask_judgement();
    }

    pub fn undo(&self) {
        self.step(History::undo, "Undone.", "There is nothing to undo.");
    }

    pub fn redo(&self) {
        self.step(History::redo, "Done again.", "There is nothing to do again.");
    }

    fn step(&self, step: fn(&mut History<Form>, Form) -> Result<Form, Form>, done: &str, nothing: &str) {
        let present = self.form.get_untracked();
        let mut result = None;
        self.history.update(|history| result = Some(step(history, present)));
        match result {
            Some(Ok(form)) => {
                self.set_form(form);
                self.say(done);
            }
            _ => self.say(nothing),
        }
    }

    pub fn can_undo(&self) -> bool {
        self.history.with(History::can_undo)
    }

    pub fn can_redo(&self) -> bool {
        self.history.with(History::can_redo)
    }

    // The engine.

    /// Fetches the engine before there is anything to ask.
    pub fn warm_up(&self) {
        self.with_engine(Engine::warm_up);
    }

    /// Asks the engine anything but the plan; see [`Engine::ask`]. `then` gets `None` when the engine stops over it.
    pub fn ask(&self, ask: Ask, then: impl FnOnce(Option<Said>) + 'static) {
        self.with_engine(|engine| engine.ask(ask, then));
    }

    fn with_engine(&self, act: impl FnOnce(&Engine)) {
        self.engine.with(|engine| engine.as_ref().map(act));
    }

    fn ask_plan(&self) {
        if self.files.with_untracked(Files::is_empty) {
            return;
        }
        let choices = self.form.with_untracked(Form::choices);
        self.with_engine(|engine| engine.set_plan(choices));
    }

    fn ask_judgement(&self) {
        let cases = self.form.with_untracked(Form::cases);
        if cases.is_empty() || self.unjudged.get() {
            return;
        }
        let store = *self;
        let places = Places::of(cases.iter().map(|case| case.name.as_str()));
        self.ask(Ask::Judge(cases), move |said| {
            match said {
                Some(Said::Judged(judgements)) => store.judged.set(Judged { places, judgements }),
                // The files are read again after that, which would ask the same again.
                _ => store.unjudged.set(true),
            }
        });
    }

    /// Asks for the picker's rows, once.
    fn ask_cpus(&self) {
        if self.cpus.with_untracked(|cpus| !cpus.rows.is_empty()) {
            return;
        }
        let store = *self;
        self.ask(Ask::Cpus, move |said| {
            if let Some(Said::Cpus(cpus)) = said {
                store.cpus.set(cpus);
            }
        });
    }

    fn hear(&self, news: News) {
        match news {
            News::Answer(Answer { said: Said::Inspected(inspection), .. }) => {
                let mut form = self.form.get_untracked();
                form.follow(&inspection.machines);
                self.inspection.set(inspection);
                self.set_form(form);
                self.read_draft_again();
            }
            News::Answer(Answer { said: Said::Planned(plan), micros, .. }) => {
                if self.stuck.get() {
                    self.trouble.set(None);
                }
                self.planned.set(Some(Planned { plan, micros }));
                self.speak_summary_soon();
            }
            // Answers to other questions go to those who asked.
            News::Answer(_) => {}
            News::Lost { asked, why } => self.lost(asked, why),
            News::Loading => self.loading.set(true),
            News::Ready => {
                self.loading.set(false);
                self.ask_cpus();
            }
            News::Ended => self.loading.set(false),
        }
    }

    fn lost(&self, asked: Lost, why: Loss) {
        let files = self.files.get_untracked();
        let largest = files.iter().max_by_key(|(_, text)| text.len());
        let culprit = largest.map_or("The text".to_owned(), |(path, text)| match files.len() {
            1 => format!("{path} ({})", text::size(text.len())),
            count => format!("One of the {count} files (the largest: {path}, {})", text::size(text.len())),
        });
        let what = match (asked, why) {
            (_, Loss::NotStarted) => {
                "The engine could not be loaded or started. Without a network it is there once the page has been used with one.".to_owned()
            }
            (Lost::Files, Loss::Slow) => {
                format!("{culprit} was too much to read in four seconds, so reading was stopped.")
            }
            (Lost::Files, Loss::Died) => format!(
                "{culprit} was too much to read: it is nested so deeply that the browser's stack is not enough for it."
            ),
            (Lost::Plan, Loss::Slow) => "The plan took longer than four seconds, so planning was stopped.".to_owned(),
            // Whoever asked tells what is missing.
            (Lost::Other, _) => return,
            (Lost::Plan, Loss::Died) => "Planning stopped with a fault of ours.".to_owned(),
        };
        self.planned.set(None);
        self.stuck.set(true);
        self.trouble.set(Some(format!("{what} Your text is untouched; the next change is read afresh.")));
    }

    /// The page's answer in one line.
    pub fn summary(&self) -> String {
        self.planned.with_untracked(|planned| {
            let Some(Planned { plan, .. }) = planned else { return String::new() };
            let problems = self.problems_untracked(&plan.diagnostics);
            let outcome = match plan.outcome {
                Outcome::Complete => format!("{} changed", text::count(plan.files.len(), "file")),
                Outcome::Unchanged => "Nothing to change".to_owned(),
                Outcome::Partial => format!("{} changed, some need your hand", text::count(plan.files.len(), "file")),
                Outcome::Refused => "Nothing is changed".to_owned(),
            };
            format!("{outcome}, {}.", text::count(problems, "problem"))
        })
    }

    fn problems_untracked(&self, of_plan: &[Diagnostic]) -> usize {
        let serious = |diagnostic: &&Diagnostic| diagnostic.severity != Severity::Note;
        self.inspection.with_untracked(|inspection| merged(&inspection.diagnostics, of_plan).filter(serious).count())
    }

    /// What is to be told: of the inspection and of the plan, each once, errors first.
    pub fn problems(&self) -> Vec<Diagnostic> {
        let of_plan = self.planned.with(|planned| planned.as_ref().map(|planned| planned.plan.diagnostics.clone()));
        let of_plan = of_plan.unwrap_or_default();
        let mut problems = Vec::new();
        for severity in [Severity::Error, Severity::Warning, Severity::Note] {
            self.inspection.with(|inspection| {
                let merged = merged(&inspection.diagnostics, &of_plan);
                problems.extend(merged.filter(|problem| problem.severity == severity).cloned());
            });
        }
        problems
    }

    // Words, copies, downloads.

    /// Shows what went wrong, until the files change.
    pub fn warn(&self, words: String) {
        self.stuck.set(false);
        self.trouble.set(Some(words));
    }

    /// Tells the user something that the page shows nowhere else.
    pub fn say(&self, words: &str) {
        self.speak(words);
        self.said_aloud.set(true);
        let store = *self;
        self.said_timer.set(Some(Timeout::new(SHOWN_FOR, move || store.said_aloud.set(false))));
    }

    /// Tells those who listen what others see; the same words again are told again.
    fn speak(&self, words: &str) {
        let again = self.said.with_untracked(|said| said == words);
        // A no-break space makes it a new text for screen readers.
        self.said.set(if again { format!("{words}\u{a0}") } else { words.to_owned() });
    }

    /// Tells how the plan came out, unless something that was just said would be lost by that. Further plans within
    /// the delay are told as one.
    fn speak_summary_soon(&self) {
        let store = *self;
        self.summary_timer.set(Some(Timeout::new(SUMMARY_DELAY, move || {
            if !store.said_aloud.get_untracked() {
                store.speak(&store.summary());
            }
        })));
    }

    pub fn copy(&self, what: &str, text: String) {
        let (store, what) = (*self, what.to_owned());
        dom::spawn(async move {
            match clipboard::copy(&text).await {
                Ok(()) => store.say(&format!("Copied {what}.")),
                Err(_) => {
                    store.say(&format!("The browser did not let the page copy {what}: select it and press Ctrl+C."))
                }
            }
        });
    }

    pub fn download(&self, name: &str, content: &[u8], media_type: &str) {
        match download::save(name, content, media_type) {
            Ok(()) => self.say(&format!("Downloaded {name}.")),
            Err(_) => self.say(&format!("The browser did not take {name} as a download.")),
        }
    }

    // The draft.

    /// Opens what the last visit left: the files at once, the choices when the engine has read them. `false`: it holds
    /// nothing that this page can show.
    pub fn open_draft(&self, text: String) -> bool {
        let files = storage::files_in(&text);
        let shown = files.is_some();
        if let Some(files) = files {
            self.files.set(files);
            self.kept.set(Kept::Saved);
            self.unread.set(Some(Unread { text: text.clone(), asked_again: false }));
        }
        self.read_draft(text);
        shown
    }

    fn read_draft(&self, text: String) {
        let store = *self;
        self.ask(Ask::Draft(text), move |said| match said {
            Some(Said::Draft(draft)) => {
                // Where the user was faster and has chosen something, that stays.
                if store.unread.with(Option::is_some) {
                    store.open(store.files.get_untracked(), Form::of_draft(draft));
                }
            }
            Some(Said::Refused(why)) => {
                store.unread.set(None);
                store.warn(format!("The draft on this device was left alone: {why}."));
            }
            // What is shown can be worked with; the choices stay in the draft.
            _ => store.files_changed(),
        });
    }

    /// Has the draft's choices read by an engine that could not be had before.
    fn read_draft_again(&self) {
        if let Some(unread) = self.unread.get().filter(|unread| !unread.asked_again) {
            self.unread.set(Some(Unread { asked_again: true, ..unread.clone() }));
            self.read_draft(unread.text);
        }
    }

    fn keep_draft_soon(&self) {
        if self.kept.get_untracked() == Kept::Forgotten {
            return;
        }
        let store = *self;
        let timer = Timeout::new(DRAFT_DELAY, move || store.keep_draft());
        self.draft_timer.set(Some(timer));
    }

    fn keep_draft(&self) {
        let (files, form) = (self.files.get_untracked(), self.form.get_untracked());
        if files.values().all(String::is_empty) && form.machines.is_empty() {
            storage::forget_draft();
            self.kept.set(Kept::Nothing);
            return;
        }
        let text = match self.unread.get() {
            Some(unread) => storage::with_files(&unread.text, &files),
            None => form.draft().text(&files),
        };
        let kept = text.filter(|text| text.len() <= LARGEST_DRAFT).is_some_and(|text| storage::keep_draft(&text));
        self.kept.set(if kept { Kept::Saved } else { Kept::Refused });
    }

    /// Deletes what is kept, and keeps nothing more until the page is loaded again.
    pub fn forget_draft(&self) {
        self.draft_timer.set(None);
        self.unread.set(None);
        storage::forget_draft();
        self.kept.set(Kept::Forgotten);
        self.say("Nothing is kept on this device any more.");
        dom::focus("files-heading");
    }
}

/// Both lists, without what is said twice.
fn merged<'a>(first: &'a [Diagnostic], second: &'a [Diagnostic]) -> impl Iterator<Item = &'a Diagnostic> {
    first.iter().chain(second.iter().filter(|diagnostic| !first.contains(diagnostic)))
}
