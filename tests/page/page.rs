//! What a person does with a page: look, click, type, press keys, take a download.

use crate::{
    browser::{Browser, Setting},
    server::Server,
    session::Session,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

/// How long something may take to appear on the page: long enough for a machine that is busy with a build.
const PATIENCE: Duration = Duration::from_secs(60);

/// The built page, open in a browser.
pub struct Page {
    pub session: Session,
    // Ends after the session.
    browser: Browser,
}

/// The built page on a server under a deep path, and ready for input; `None` where that cannot be tested.
pub fn open() -> Option<(Page, Server)> {
    let setting = Setting::find()?;
    let server = Server::start(&setting.dist, "/some/deep/path/");
    let mut page = Page::blank(&setting);
    page.go(&server.url());
    page.wait_until_ready();
    Some((page, server))
}

impl Page {
    /// A new browser with an empty tab.
    pub fn blank(setting: &Setting) -> Self {
        let browser = Browser::start(setting);
        Self { session: Session::connect(&browser), browser }
    }

    pub fn go(&mut self, url: &str) {
        let answer = self.session.call("Page.navigate", json!({ "url": url }));
        assert!(answer["errorText"].is_null(), "{url}: {}", answer["errorText"]);
        // The page takes a link out of the address as soon as it has opened it.
        let (place, _) = url.split_once('#').unwrap_or((url, ""));
        let there = format!("document.readyState === 'complete' && location.href.startsWith({})", json!(place));
        self.wait_for("the document", &there);
    }

    /// Waits until the page takes text.
    #[track_caller]
    pub fn wait_until_ready(&mut self) {
        self.wait_for("the page", "document.querySelector('main textarea') !== null");
    }

    /// The value of a JavaScript expression; a promise is waited for. The page's policy holds for it, too.
    pub fn eval(&mut self, expression: &str) -> Value {
        let parameters = json!({
            "expression": expression,
            "awaitPromise": true,
            "returnByValue": true,
            "allowUnsafeEvalBlockedByCSP": false,
        });
        let answer = self.session.call("Runtime.evaluate", parameters);
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits until a JavaScript condition holds; `what` names it in the failure.
    #[track_caller]
    pub fn wait_for(&mut self, what: &str, condition: &str) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if self.eval(condition) == json!(true) {
                return;
            }
            thread::sleep(Duration::from_millis(15));
        }
        let text = self.eval("document.body?.innerText");
        panic!(
            "time-out: {what} did not come within {PATIENCE:?}: {condition}\nerrors: {:#?}\nthe page says: {text:#}",
            self.session.errors
        );
    }

    /// What a reader sees of the first element that the CSS selector finds; it may come with the next answer.
    #[track_caller]
    pub fn text(&mut self, selector: &str) -> String {
        let element = format!("document.querySelector({})", json!(selector));
        self.wait_for(selector, &format!("{element} !== null"));
        let text = self.eval(&format!("{element}?.innerText"));
        text.as_str().unwrap_or_else(|| panic!("{selector} is gone again")).to_owned()
    }

    /// Clicks what a screen reader would announce with this role and name.
    #[track_caller]
    pub fn click(&mut self, role: &str, name: &str) {
        let node = self.find(role, name);
        self.click_node(node);
    }

    /// Clicks the first element that the CSS selector finds.
    #[track_caller]
    pub fn click_on(&mut self, selector: &str) {
        self.wait_for(selector, &format!("document.querySelector({}) !== null", json!(selector)));
        let node = self.node(selector);
        self.click_node(node);
    }

    /// Drops files and folders of this machine onto the page, as from the desktop's own windows.
    pub fn drop_files(&mut self, files: &[PathBuf]) {
        let data = json!({ "items": [], "files": files, "dragOperationsMask": 1 });
        for kind in ["dragEnter", "dragOver", "drop"] {
            let event = json!({ "type": kind, "x": 200, "y": 400, "data": data });
            self.session.call("Input.dispatchDragEvent", event);
        }
    }

    /// Gives files of this machine to a file field, as the browser's own dialog does.
    pub fn give_files(&mut self, selector: &str, files: &[PathBuf]) {
        let node = self.node(selector);
        self.session.call("DOM.setFileInputFiles", json!({ "backendNodeId": node, "files": files }));
    }

    fn node(&mut self, selector: &str) -> Value {
        let document = self.session.call("DOM.getDocument", json!({ "depth": 0 }))["root"]["nodeId"].clone();
        let found = self.session.call("DOM.querySelector", json!({ "nodeId": document, "selector": selector }));
        let described = self.session.call("DOM.describeNode", json!({ "nodeId": found["nodeId"] }));
        described["node"]["backendNodeId"].clone()
    }

    /// Clicks an element with the mouse, anew where it moved away under the pointer: an answer of the engine may have come.
    #[track_caller]
    fn click_node(&mut self, node: Value) {
        const LISTEN: &str = "function() {
            window.clickLanded = false;
            const landed = (event) => { window.clickLanded ||= event.composedPath().includes(this) };
            addEventListener('click', landed, { capture: true, once: true });
        }";
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            self.call_on(node.clone(), LISTEN, Value::Null);
            self.session.call("DOM.scrollIntoViewIfNeeded", json!({ "backendNodeId": node }));
            let (x, y) = self.middle(&node);
            for kind in ["mouseMoved", "mousePressed", "mouseReleased"] {
                let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "clickCount": 1 });
                self.session.call("Input.dispatchMouseEvent", event);
            }
            // a page that the click has led to knows nothing of it
            if self.eval("window.clickLanded") != json!(false) {
                return;
            }
        }
        panic!("time-out: no click reaches the element within {PATIENCE:?}");
    }

    /// The middle of an element that has come to rest: an answer of the engine may just be moving it.
    fn middle(&mut self, node: &Value) -> (f64, f64) {
        let mut last = Value::Null;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            let quads = self.session.call("DOM.getContentQuads", json!({ "backendNodeId": node }))["quads"][0].clone();
            if quads == last {
                let corner = |at: usize| quads[at].as_f64().expect("what is clicked has a place");
                return ((corner(0) + corner(4)) / 2.0, (corner(1) + corner(5)) / 2.0);
            }
            last = quads;
            thread::sleep(Duration::from_millis(30));
        }
        panic!("time-out: what is to be clicked does not come to rest within {PATIENCE:?}");
    }

    /// Replaces a field's text as pasting does.
    #[track_caller]
    pub fn fill(&mut self, role: &str, name: &str, text: &str) {
        let node = self.find(role, name);
        let set = "function(text) { this.focus(); this.value = text; this.dispatchEvent(new InputEvent('input', { bubbles: true })); this.dispatchEvent(new Event('change', { bubbles: true })) }";
        self.call_on(node, set, json!(text));
    }

    /// Takes an option of a `<select>` by the text that it shows.
    #[track_caller]
    pub fn choose(&mut self, name: &str, option: &str) {
        let node = self.find("combobox", name);
        let set = "function(text) {
            const option = [...this.options].find((option) => option.label === text || option.value === text);
            if (!option) return [...this.options].map((option) => option.label);
            this.value = option.value;
            for (const kind of ['input', 'change']) this.dispatchEvent(new Event(kind, { bubbles: true }));
        }";
        let options = self.call_on(node, set, json!(option));
        assert!(options.is_null(), "{name} has no {option}, but {options}");
    }

    /// Presses a key, for instance `Tab`, `Shift+Tab`, `Control+Enter` or `a`.
    pub fn press(&mut self, keys: &str) {
        let (held, key) = keys.rsplit_once('+').unwrap_or(("", keys));
        let bits = [("Alt", 1), ("Control", 2), ("Meta", 4), ("Shift", 8)];
        let modifiers: u8 =
            bits.iter().filter(|(name, _)| held.split('+').any(|held| held == *name)).map(|(_, bit)| bit).sum();
        let (code, text) = match key {
            "Tab" => (9, ""),
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            "Space" => (32, " "),
            "End" => (35, ""),
            "Home" => (36, ""),
            "ArrowLeft" => (37, ""),
            "ArrowUp" => (38, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            "Delete" => (46, ""),
            letter => (i32::from(letter.to_ascii_uppercase().as_bytes()[0]), letter),
        };
        // With a modifier a key is a command and writes nothing.
        let text = if modifiers & !8 == 0 { text } else { "" };
        let name = if key == "Space" { " " } else { key };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({ "type": kind, "key": name, "windowsVirtualKeyCode": code, "modifiers": modifiers });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.session.call("Input.dispatchKeyEvent", event);
        }
    }

    /// Types or pastes text into whatever has the focus.
    pub fn insert(&mut self, text: &str) {
        self.session.call("Input.insertText", json!({ "text": text }));
    }

    /// The next file that arrives among the downloads: its name and bytes. It is taken away.
    pub fn download(&mut self) -> (String, Vec<u8>) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            // Answering lets the browser go on, too.
            self.eval("0");
            let files = self.downloads();
            let unfinished = |file: &PathBuf| file.extension().is_some_and(|end| end == "crdownload" || end == "tmp");
            if let Some(file) = files.iter().find(|_| !files.iter().any(unfinished)) {
                let bytes = fs::read(file).expect("the download");
                fs::remove_file(file).expect("the download is ours");
                return (file.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes);
            }
            thread::sleep(Duration::from_millis(15));
        }
        panic!("time-out: no download came within {PATIENCE:?}");
    }

    /// The files that have arrived among the downloads, or are about to.
    pub fn downloads(&self) -> Vec<PathBuf> {
        let files = fs::read_dir(self.browser.downloads()).expect("the folder of downloads");
        files.map(|file| file.expect("a file").path()).collect()
    }

    /// The most memory that one of the tab's processes has had so far, in bytes; `None` where the system does not tell.
    pub fn peak_memory(&mut self) -> Option<u64> {
        let processes = self.session.call_browser("SystemInfo.getProcessInfo", json!({}))["processInfo"].clone();
        let tabs = processes.as_array()?.iter().filter(|process| process["type"] == "renderer");
        tabs.filter_map(|tab| peak_of(tab["id"].as_u64()?)).max()
    }

    /// A window of this size, in CSS pixels.
    pub fn resize(&mut self, width: u32, height: u32) {
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.session.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// What the user has set in their system, for instance `("prefers-color-scheme", "dark")`.
    pub fn prefer(&mut self, features: &[(&str, &str)]) {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.session.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// What the window shows, as a PNG.
    pub fn picture(&mut self) -> Vec<u8> {
        let answer = self.session.call("Page.captureScreenshot", json!({ "format": "png" }));
        BASE64_STANDARD.decode(answer["data"].as_str().expect("a picture")).expect("the protocol's base64")
    }

    fn call_on(&mut self, node: Value, function: &str, argument: Value) -> Value {
        let object =
            self.session.call("DOM.resolveNode", json!({ "backendNodeId": node }))["object"]["objectId"].clone();
        let parameters = json!({ "objectId": object, "functionDeclaration": function, "arguments": [{ "value": argument }], "returnByValue": true });
        let answer = self.session.call("Runtime.callFunctionOn", parameters);
        assert!(answer["exceptionDetails"].is_null(), "{}", answer["exceptionDetails"]);
        answer["result"]["value"].clone()
    }

    /// Waits for the element of this role and name.
    #[track_caller]
    fn find(&mut self, role: &str, name: &str) -> Value {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(node) = self.query(role, name).into_iter().next() {
                return node;
            }
            thread::sleep(Duration::from_millis(15));
        }
        let text = self.eval("document.body?.innerText");
        panic!(
            "time-out: no {role} {name:?} came within {PATIENCE:?}\nerrors: {:#?}\nthe page says: {text:#}",
            self.session.errors
        );
    }

    fn query(&mut self, role: &str, name: &str) -> Vec<Value> {
        let document = self.session.call("DOM.getDocument", json!({ "depth": 0 }))["root"]["backendNodeId"].clone();
        let wanted = json!({ "backendNodeId": document, "role": role, "accessibleName": name });
        let answer = self.session.call("Accessibility.queryAXTree", wanted);
        let nodes = answer["nodes"].as_array().cloned().unwrap_or_default();
        let shown = nodes.into_iter().filter(|node| node["ignored"] == json!(false));
        shown.map(|node| node["backendDOMNodeId"].clone()).collect()
    }
}

/// Linux's record of the most memory that a process has had (proc_pid_status(5), `VmHWM`), in bytes.
fn peak_of(process: u64) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<u64>().ok()? << 10)
}
