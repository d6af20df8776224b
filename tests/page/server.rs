//! A static file server as simple as any that the page may be put on; it keeps a list of what was asked for.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

/// Serves a folder under a path of its own on a free port of this machine, until it is stopped or dropped.
pub struct Server {
    address: SocketAddr,
    prefix: &'static str,
    asked: Arc<Mutex<Vec<String>>>,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// `prefix` begins and ends with a slash.
    pub fn start(folder: &Path, prefix: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let server = Self {
            address: listener.local_addr().expect("an address"),
            prefix,
            asked: Arc::default(),
            stopped: Arc::default(),
        };
        let (folder, asked, stopped) = (folder.to_owned(), server.asked.clone(), server.stopped.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    return;
                }
                let (folder, asked) = (folder.clone(), asked.clone());
                // A browser that goes away in the middle of an answer is no failure of the test.
                thread::spawn(move || stream.and_then(|stream| answer(stream, &folder, prefix, &asked)));
            }
        });
        server
    }

    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// The paths that were asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no thread panics while it holds the list").clone()
    }

    /// From now on nobody answers at the address: the network is gone.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which then closes its port. It may be closed already.
        let _ = TcpStream::connect(self.address);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn answer(stream: TcpStream, folder: &Path, prefix: &str, asked: &Mutex<Vec<String>>) -> std::io::Result<()> {
    let mut lines = BufReader::new(&stream).lines();
    let Some(request) = lines.next().transpose()? else { return Ok(()) };
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let path = request.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default();
    asked.lock().expect("no thread panics while it holds the list").push(path.to_owned());
    let file = path.strip_prefix(prefix).and_then(|name| file(folder, name));
    let (status, kind, body) = match file.as_deref().map(|file| (kind(file), fs::read(file))) {
        Some((kind, Ok(body))) => ("200 OK", kind, body),
        _ => ("404 Not Found", "text/plain", b"not found".to_vec()),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    (&stream).write_all(head.as_bytes())?;
    (&stream).write_all(&body)
}

/// The file of that name, if the name stays inside the folder.
fn file(folder: &Path, name: &str) -> Option<PathBuf> {
    let name = if name.is_empty() { "index.html" } else { name };
    (!name.split('/').any(|part| part == "..")).then(|| folder.join(name))
}

fn kind(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
