//! The engine in a worker of its own: a second Wasm module (`src/bin/engine.rs`), fetched when it is first needed.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use js_sys::Uint8Array;
use llama_fleet::request::Files;
use llama_fleet::service::{Answer, Call, Choices, Question, Reply};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker};

use crate::page::model::queue::{Asked, Queue};

/// A worker that does not answer for so long is ended, in milliseconds.
const PATIENCE: u32 = 4_000;

#[wasm_bindgen]
extern "C" {
    /// Of the start script (boot/boot.js): a worker that runs the engine. Its first message says that it is ready.
    #[wasm_bindgen(catch, js_namespace = llamafleet, js_name = startWorker)]
    fn start_worker() -> Result<Worker, JsValue>;

    /// Of the start script: whether this page is the single file.
    #[wasm_bindgen(thread_local_v2, js_namespace = llamafleet, js_name = single)]
    static SINGLE: bool;
}

/// What is done with an answer; `None`: there will be none.
type Then = Box<dyn FnOnce(Option<Answer>)>;

/// Something from the worker.
pub enum News {
    /// To the files or the plan that were given last.
    Answer(Box<Reply>),
    /// It died or was ended over this question, and will be started anew with the next.
    Lost { asked: Lost, why: Loss },
    /// It is being fetched.
    Loading,
    /// It is there.
    Ready,
    /// It is gone, or never came.
    Ended,
}

/// The question that was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    Files,
    Plan,
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// No answer in time.
    Slow,
    /// It stopped with an error: the text is nested too deeply for the browser's stack, or the engine has a fault.
    Died,
    /// It could not be fetched or started.
    NotStarted,
}

/// The page's end.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    queue: RefCell<Queue<Then>>,
    running: RefCell<Option<Running>>,
    news: Box<dyn Fn(News)>,
}

/// A worker with its listeners, which go when it does.
struct Running {
    worker: Worker,
    /// It has been fetched and waits for questions.
    ready: bool,
    patience: Option<Timeout>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

impl Engine {
    /// An engine that tells `news`. It is fetched with the first question, or before that by [`warm_up`](Self::warm_up).
    pub fn new(news: impl Fn(News) + 'static) -> Self {
        Self(Rc::new(Inner { queue: RefCell::default(), running: RefCell::default(), news: Box::new(news) }))
    }

    /// Fetches and starts the worker, so that it is ready when there is something to ask.
    pub fn warm_up(&self) {
        if self.0.running.borrow().is_some() {
            return;
        }
        match self.start() {
            Ok(()) => (self.0.news)(News::Loading),
            Err(_) => self.lost(Loss::NotStarted),
        }
    }

    pub fn set_files(&self, files: Files) {
        self.0.queue.borrow_mut().set_files(files);
        self.go_on();
    }

    pub fn set_plan(&self, choices: Choices) {
        self.0.queue.borrow_mut().set_plan(choices);
        self.go_on();
    }

    /// Asks anything but [`Question::Files`] and [`Question::Plan`]. Of several questions of one kind that wait, only the last is
    /// asked; what was to be done with the others' answers is dropped.
    pub fn ask(&self, question: Question, then: impl FnOnce(Option<Answer>) + 'static) {
        self.0.queue.borrow_mut().add(question, Box::new(then));
        self.go_on();
    }

    fn go_on(&self) {
        match self.0.running.borrow().as_ref().map(|running| running.ready) {
            Some(true) => {}
            // It says when it is ready.
            Some(false) => return,
            None => {
                let engine = self.clone();
                // Later: what asks may hold what the news change.
                Timeout::new(0, move || engine.warm_up()).forget();
                return;
            }
        }
        let Some(call) = self.0.queue.borrow_mut().next() else { return };
        if let Err(why) = self.send(&call) {
            self.lost(why);
        }
    }

    fn send(&self, call: &Call) -> Result<(), Loss> {
        let mut running = self.0.running.borrow_mut();
        let running = running.as_mut().ok_or(Loss::NotStarted)?;
        let bytes = borsh::to_vec(call).map_err(|_| Loss::Died)?;
        running.worker.post_message(&Uint8Array::from(bytes.as_slice())).map_err(|_| Loss::Died)?;
        let (engine, id) = (self.clone(), call.id);
        running.patience = Some(Timeout::new(PATIENCE, move || {
            if engine.0.queue.borrow().is_open(id) {
                engine.lost(Loss::Slow);
            }
        }));
        Ok(())
    }

    fn start(&self) -> Result<(), JsValue> {
        let worker = start_worker()?;
        let engine = self.clone();
        let on_message = Closure::new(move |event: MessageEvent| engine.hear(&event));
        let engine = self.clone();
        let on_error = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            // Later: this listener must not drop itself while it runs.
            let engine = engine.clone();
            Timeout::new(0, move || {
                let ready = engine.0.running.borrow().as_ref().is_some_and(|running| running.ready);
                engine.lost(if ready { Loss::Died } else { Loss::NotStarted });
            })
            .forget();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let running = Running { worker, ready: false, patience: None, _on_message: on_message, _on_error: on_error };
        *self.0.running.borrow_mut() = Some(running);
        Ok(())
    }

    fn hear(&self, event: &MessageEvent) {
        // Its first message is no answer.
        let first =
            self.0.running.borrow_mut().as_mut().is_some_and(|running| !std::mem::replace(&mut running.ready, true));
        if first {
            (self.0.news)(News::Ready);
            return self.go_on();
        }
        let Some(bytes) = event.data().dyn_ref::<Uint8Array>().map(Uint8Array::to_vec) else { return };
        let Ok(reply) = borsh::from_slice::<Reply>(&bytes) else { return };
        if let Some(running) = self.0.running.borrow_mut().as_mut() {
            running.patience = None;
        }
        let wanted = self.0.queue.borrow_mut().answered(reply.id);
        match wanted {
            Some(Asked::Other(then)) => then(Some(reply.answer)),
            Some(Asked::Files | Asked::Plan) => (self.0.news)(News::Answer(Box::new(reply))),
            None => {}
        }
        self.go_on();
    }

    fn lost(&self, why: Loss) {
        // A worker that cannot even start is tried again with the next question only.
        drop(self.0.running.borrow_mut().take());
        let lost = match why {
            Loss::NotStarted => self.0.queue.borrow_mut().give_up(),
            Loss::Slow | Loss::Died => self.0.queue.borrow_mut().worker_ended().into_iter().collect(),
        };
        (self.0.news)(News::Ended);
        for asked in lost {
            let asked = match asked {
                Asked::Files => Lost::Files,
                Asked::Plan => Lost::Plan,
                Asked::Other(then) => {
                    then(None);
                    Lost::Other
                }
            };
            (self.0.news)(News::Lost { asked, why });
        }
        if why != Loss::NotStarted {
            self.go_on();
        }
    }
}

/// Whether this page is the single file, which has nothing beside it.
pub fn is_single_file() -> bool {
    SINGLE.with(|single| *single)
}
