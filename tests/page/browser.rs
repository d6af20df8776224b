//! A Chromium of the test's own: started with an empty profile, ended with the test.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

/// The folder of the built page and the browser, or why there is none.
pub struct Setting {
    pub dist: PathBuf,
    program: PathBuf,
}

impl Setting {
    /// `None`, and a line that says so, where the page is not built or no browser is there.
    /// With `LLAMA_FLEET_REQUIRE_PAGE` or `CI` set, that is a failure.
    pub fn find() -> Option<Self> {
        let found = Self::look();
        if let Err(missing) = &found {
            let required = ["LLAMA_FLEET_REQUIRE_PAGE", "CI"].iter().any(|name| env::var_os(name).is_some());
            assert!(!required, "{missing}");
            eprintln!("skipped: {missing}");
        }
        found.ok()
    }

    fn look() -> Result<Self, String> {
        let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
        if !dist.join("index.html").is_file() {
            return Err("the page is not built; `cargo xtask build` builds it".into());
        }
        let program = env::var_os("LLAMA_FLEET_BROWSER").map(PathBuf::from);
        let on_path = || {
            let path = env::var_os("PATH")?;
            env::split_paths(&path).map(|folder| folder.join("chromium")).find(|file| file.is_file())
        };
        let program =
            program.or_else(on_path).ok_or("there is no chromium on PATH; LLAMA_FLEET_BROWSER can name one")?;
        Ok(Self { dist, program })
    }
}

/// The running browser.
pub struct Browser {
    process: Child,
    folder: PathBuf,
    /// The WebSocket at which it takes commands.
    pub address: String,
}

impl Browser {
    pub fn start(setting: &Setting) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("browser-{}-{number}", std::process::id()));
        fs::create_dir_all(folder.join("downloads")).expect("a folder for the profile");
        let mut command = Command::new(&setting.program);
        command
            .args(["--headless", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars"])
            .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
            .args(["--force-color-profile=srgb", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        if is_root() {
            // Chromium's sandbox refuses to be started by root.
            command.arg("--no-sandbox");
        }
        let process = command.spawn().unwrap_or_else(|error| panic!("{}: {error}", setting.program.display()));
        let mut browser = Self { process, folder, address: String::new() };
        browser.address = browser.listening();
        browser
    }

    /// The folder into which it downloads.
    pub fn downloads(&self) -> PathBuf {
        self.folder.join("downloads")
    }

    /// Waits for the file in which Chromium writes its port and path.
    fn listening(&self) -> String {
        let file = self.folder.join("profile/DevToolsActivePort");
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(60) {
            let text = fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = text.split_once('\n').filter(|(_, path)| !path.is_empty()) {
                return format!("ws://127.0.0.1:{port}{path}");
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("time-out: the browser did not start within a minute");
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Nothing is left to be done about a browser that is gone already, or a folder that it still writes to.
        let _ = self.process.kill();
        let _ = self.process.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
