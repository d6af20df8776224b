//! Chromium's protocol (https://chromedevtools.github.io/devtools-protocol/): commands with an answer, and events.
//!
//! Our own over a WebSocket, because the page's engine runs in a worker, and the tests hear what that says from its first
//! line on, and stop it in the middle of its work. The clients that others use do not serve for that (looked at in
//! 2026-12): chromiumoxide 0.9 lets a worker that waits for its debugger go on at once and hands its session to nobody;
//! headless_chrome 1.0 knows sessions of tabs alone, and passes over a message that it does not know. Either would bring
//! 110 to 150 crates where tungstenite brings 30, and these lines would be needed beside it.

use crate::browser::Browser;
use serde_json::{Value, json};
use std::{
    net::TcpStream,
    time::{Duration, Instant},
};
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

/// How long one answer of the browser may take: long enough for a machine that is busy with a build.
const PATIENCE: Duration = Duration::from_secs(180);

/// A tab of a browser, and what it reported.
pub struct Session {
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    tab: String,
    last: u64,
    /// Errors and warnings of the page and its workers: from the console, uncaught, or the browser's own.
    pub errors: Vec<String>,
    /// The address of every request of the page and its workers.
    pub requests: Vec<String>,
    /// The dedicated workers that run now, oldest first.
    workers: Vec<String>,
}

impl Session {
    pub fn connect(browser: &Browser) -> Self {
        let (socket, _) = tungstenite::connect(&browser.address).expect("the browser takes commands");
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        }
        let mut session =
            Self { socket, tab: String::new(), last: 0, errors: Vec::new(), requests: Vec::new(), workers: Vec::new() };
        let target = session.call_browser("Target.createTarget", json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = session.call_browser("Target.attachToTarget", attach);
        session.tab = attached["sessionId"].as_str().expect("a session").to_owned();
        session.call("Page.enable", json!({}));
        session.listen(&session.tab.clone());
        let downloads = json!({ "behavior": "allow", "downloadPath": browser.downloads(), "eventsEnabled": false });
        session.call_browser("Browser.setDownloadBehavior", downloads);
        session
    }

    /// A command to the tab.
    pub fn call(&mut self, method: &str, parameters: Value) -> Value {
        let tab = self.tab.clone();
        self.answer(method, parameters, Some(&tab))
    }

    /// A command to the browser as a whole.
    pub fn call_browser(&mut self, method: &str, parameters: Value) -> Value {
        self.answer(method, parameters, None)
    }

    fn answer(&mut self, method: &str, parameters: Value, session: Option<&str>) -> Value {
        let id = self.send(method, parameters, session);
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let message = self.receive(method);
            if message["id"] == id {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.note(&message);
        }
        panic!("time-out: {method} was not answered within {PATIENCE:?}");
    }

    /// Runs JavaScript in the page's worker, without waiting for its end. Answers how many workers there are.
    pub fn run_in_worker(&mut self, expression: &str) -> usize {
        let worker = self.workers.last().expect("the page has a worker").clone();
        self.send("Runtime.evaluate", json!({ "expression": expression }), Some(&worker));
        self.workers.len()
    }

    fn send(&mut self, method: &str, parameters: Value, session: Option<&str>) -> u64 {
        self.last += 1;
        let mut command = json!({ "id": self.last, "method": method, "params": parameters });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        let mut sent = self.socket.send(Message::text(command.to_string()));
        // what was interrupted stands in the socket's buffer
        while sent.as_ref().is_err_and(interrupted) {
            sent = self.socket.flush();
        }
        sent.expect("the browser takes commands");
        self.last
    }

    fn receive(&mut self, method: &str) -> Value {
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).expect("the protocol is JSON"),
                Ok(_) => {}
                Err(error) if interrupted(&error) => {}
                Err(error) if timed_out(&error) => panic!("time-out: {method} was not answered within {PATIENCE:?}"),
                Err(error) => panic!("{method}: {error}"),
            }
        }
    }

    /// Asks a tab or worker to report its errors, its requests, and the workers that it starts.
    fn listen(&mut self, session: &str) {
        let workers = json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true });
        for (method, parameters) in [
            ("Runtime.enable", json!({})),
            ("Network.enable", json!({})),
            ("Log.enable", json!({})),
            ("Target.setAutoAttach", workers),
            ("Runtime.runIfWaitingForDebugger", json!({})),
        ] {
            // Answers are not waited for: not every kind of target knows every command.
            self.send(method, parameters, Some(session));
        }
    }

    fn note(&mut self, event: &Value) {
        let parameters = &event["params"];
        match event["method"].as_str() {
            Some("Target.attachedToTarget") => {
                let session = parameters["sessionId"].as_str().expect("a session").to_owned();
                self.listen(&session);
                if parameters["targetInfo"]["type"] == "worker" {
                    self.workers.push(session);
                }
            }
            Some("Target.detachedFromTarget") => {
                self.workers.retain(|worker| parameters["sessionId"] != json!(worker));
            }
            Some("Network.requestWillBeSent") => {
                self.requests.extend(parameters["request"]["url"].as_str().map(str::to_owned));
            }
            Some("Runtime.exceptionThrown") => {
                let details = &parameters["exceptionDetails"];
                let description = details["exception"]["description"].as_str().or(details["text"].as_str());
                self.errors.push(description.unwrap_or("an exception without a text").to_owned());
            }
            Some("Runtime.consoleAPICalled") if matches!(parameters["type"].as_str(), Some("error" | "warning")) => {
                self.errors.push(format!("console: {}", parameters["args"]));
            }
            Some("Log.entryAdded") if matches!(parameters["entry"]["level"].as_str(), Some("error" | "warning")) => {
                self.errors.push(format!("browser: {} {}", parameters["entry"]["text"], parameters["entry"]["url"]));
            }
            _ => {}
        }
    }
}

/// The socket's patience is over.
fn timed_out(error: &tungstenite::Error) -> bool {
    use std::io::ErrorKind::{TimedOut, WouldBlock};
    matches!(error, tungstenite::Error::Io(error) if matches!(error.kind(), TimedOut | WouldBlock))
}

/// A signal came in between (a machine that was paused and goes on, for instance): nothing is lost, the call is made again.
fn interrupted(error: &tungstenite::Error) -> bool {
    matches!(error, tungstenite::Error::Io(error) if error.kind() == std::io::ErrorKind::Interrupted)
}
