//! The engine in a worker of its own: the same Wasm module, started a second time.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Timeout;
use llama_fleet::request::{Files, Request};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker};

use crate::page::model::protocol::{Answer, Body, Question, Session};
use crate::page::model::queue::{Asked, Queue};

/// A worker that does not answer for so long is ended, in milliseconds.
const PATIENCE: u32 = 4_000;

#[wasm_bindgen]
extern "C" {
    /// Of the start script (boot/boot.js): a worker that runs this same module.
    #[wasm_bindgen(catch, js_namespace = llamafleet, js_name = startWorker)]
    fn start_worker() -> Result<Worker, JsValue>;

    /// Of the start script: whether this page is the single file.
    #[wasm_bindgen(thread_local_v2, js_namespace = llamafleet, js_name = single)]
    static SINGLE: bool;
}

/// Something from the worker.
pub enum News {
    Answer(Answer),
    /// It died or was ended over this question, and will be started anew with the next.
    Lost {
        asked: Asked,
        why: Loss,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loss {
    /// No answer in time.
    Slow,
    /// It stopped with an error: the text is nested too deeply for the browser's stack, or the engine has a fault.
    Died,
    /// It could not be started.
    NotStarted,
}

/// The page's end.
#[derive(Clone)]
pub struct Engine(Rc<Inner>);

struct Inner {
    queue: RefCell<Queue>,
    running: RefCell<Option<Running>>,
    news: Box<dyn Fn(News)>,
}

/// A worker with its listeners, which go when it does.
struct Running {
    worker: Worker,
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
    /// An engine that tells `news`; its worker starts at once, so that it is ready when the user is.
    pub fn new(news: impl Fn(News) + 'static) -> Self {
        let engine =
            Self(Rc::new(Inner { queue: RefCell::default(), running: RefCell::default(), news: Box::new(news) }));
        engine.start();
        engine
    }

    pub fn set_files(&self, files: Files) {
        self.0.queue.borrow_mut().set_files(files);
        self.go_on();
    }

    pub fn set_plan(&self, request: Request) {
        self.0.queue.borrow_mut().set_plan(request);
        self.go_on();
    }

    fn go_on(&self) {
        let Some(question) = self.0.queue.borrow_mut().next() else { return };
        if self.0.running.borrow().is_none() {
            self.start();
        }
        if let Err(why) = self.send(&question) {
            self.lost(why);
        }
    }

    fn send(&self, question: &Question) -> Result<(), Loss> {
        let mut running = self.0.running.borrow_mut();
        let running = running.as_mut().ok_or(Loss::NotStarted)?;
        let text = serde_json::to_string(question).map_err(|_| Loss::Died)?;
        running.worker.post_message(&text.into()).map_err(|_| Loss::Died)?;
        let (engine, id) = (self.clone(), question.id);
        running.patience = Some(Timeout::new(PATIENCE, move || {
            if engine.0.queue.borrow().is_open(id) {
                engine.lost(Loss::Slow);
            }
        }));
        Ok(())
    }

    fn start(&self) {
        let Ok(worker) = start_worker() else { return };
        let engine = self.clone();
        let on_message = Closure::new(move |event: MessageEvent| engine.hear(&event));
        let engine = self.clone();
        let on_error = Closure::new(move |event: web_sys::Event| {
            event.prevent_default();
            // Later: this listener must not drop itself while it runs.
            let engine = engine.clone();
            Timeout::new(0, move || engine.lost(Loss::Died)).forget();
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let running = Running { worker, patience: None, _on_message: on_message, _on_error: on_error };
        *self.0.running.borrow_mut() = Some(running);
    }

    fn hear(&self, event: &MessageEvent) {
        let answer = event.data().as_string().and_then(|text| serde_json::from_str::<Answer>(&text).ok());
        let Some(answer) = answer else { return };
        if let Some(running) = self.0.running.borrow_mut().as_mut() {
            running.patience = None;
        }
        let wanted = self.0.queue.borrow_mut().answered(answer.id);
        if wanted {
            (self.0.news)(News::Answer(answer));
        }
        self.go_on();
    }

    fn lost(&self, why: Loss) {
        let asked = self.0.queue.borrow_mut().worker_ended();
        // A worker that cannot even start is tried again with the next question only.
        drop(self.0.running.borrow_mut().take());
        if let Some(asked) = asked {
            (self.0.news)(News::Lost { asked, why });
            if why != Loss::NotStarted {
                self.go_on();
            }
        }
    }
}

/// Whether this page is the single file, which has nothing beside it.
pub fn is_single_file() -> bool {
    SINGLE.with(|single| *single)
}

/// Whether this module was started as the worker.
pub fn is_worker() -> bool {
    js_sys::global().is_instance_of::<DedicatedWorkerGlobalScope>()
}

/// The worker's end: answers every question, one after the other.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let session = RefCell::new(Session::default());
    let replies = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Some(text) = event.data().as_string() else { return };
        let Ok(question) = serde_json::from_str::<Question>(&text) else { return };
        let start = now();
        let body: Body = session.borrow_mut().answer(question.ask);
        let micros = ((now() - start) * 1e3).max(0.0) as u32;
        let Ok(text) = serde_json::to_string(&Answer { id: question.id, micros, body }) else { return };
        // Fails only for values that cannot be sent; a string can.
        let _ = replies.post_message(&text.into());
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

/// Milliseconds since the worker started.
fn now() -> f64 {
    let scope: web_sys::WorkerGlobalScope = js_sys::global().unchecked_into();
    scope.performance().map_or(0.0, |performance| performance.now())
}
