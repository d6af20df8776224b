//! The user's own folder, where the browser can open it (`showDirectoryPicker`): read whole, written back after asking.

use js_sys::{AsyncIterator, Function, Object, Promise, Reflect};
use llama_fleet::report::Change;
use llama_fleet::service::Changed;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

use super::files::Gathered;
use crate::page::model::files::{LARGEST_FILE, MOST_FILES, is_entered, use_of};

/// An open folder.
#[derive(Debug, Clone)]
pub struct Folder(FileSystemDirectoryHandle);

/// Why nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteError {
    /// A file is no longer what was read.
    ChangedOnDisk(String),
    /// A file that is to be created is there already.
    Exists(String),
    NotAllowed,
    /// Writing failed after some files had been written.
    Failed {
        path: String,
        written: Vec<String>,
    },
}

impl WriteError {
    pub fn message(&self) -> String {
        match self {
            WriteError::ChangedOnDisk(path) => {
                format!("Nothing was written: {path} has changed on disk since it was read. Open the folder again.")
            }
            WriteError::Exists(path) => {
                format!("Nothing was written: {path} is there already, with another content. Open the folder again.")
            }
            WriteError::NotAllowed => "Nothing was written: the browser was not allowed to.".into(),
            WriteError::Failed { path, written } if written.is_empty() => {
                format!("Nothing was written: {path} could not be.")
            }
            WriteError::Failed { path, written } => {
                format!(
                    "{path} could not be written. Written before it: {}. `git diff` shows them.",
                    written.join(", ")
                )
            }
        }
    }
}

/// Whether this browser can open folders for writing.
pub fn is_supported() -> bool {
    picker().is_some()
}

fn picker() -> Option<Function> {
    Reflect::get(&js_sys::global(), &"showDirectoryPicker".into()).ok()?.dyn_into().ok()
}

/// Lets the user choose a folder, and reads the files of it that matter. `None`: they chose none.
pub async fn open() -> Option<(Folder, Gathered)> {
    let promise: Promise = picker()?.call0(&js_sys::global()).ok()?.dyn_into().ok()?;
    let handle: FileSystemDirectoryHandle = JsFuture::from(promise).await.ok()?.dyn_into().ok()?;
    let gathered = read(&handle).await;
    Some((Folder(handle), gathered))
}

async fn read(root: &FileSystemDirectoryHandle) -> Gathered {
    let mut gathered = Gathered::default();
    let mut waiting = vec![(String::new(), root.clone())];
    while let Some((path, folder)) = waiting.pop() {
        let Ok(entries) = entries_of(&folder).await else {
            gathered.left_out.push(format!("{path} could not be read"));
            continue;
        };
        for (name, handle) in entries {
            let path = format!("{path}{name}");
            if let Some(folder) = handle.dyn_ref::<FileSystemDirectoryHandle>() {
                if is_entered(&name) {
                    waiting.push((format!("{path}/"), folder.clone()));
                }
            } else if use_of(&path).is_some() {
                if gathered.files.len() >= MOST_FILES {
                    gathered.left_out.push(format!("only the first {MOST_FILES} files were read"));
                    return gathered;
                }
                match text_of(handle.unchecked_ref()).await {
                    Ok(text) => gathered.files.push((path, text)),
                    Err(_) => gathered.left_out.push(format!("{path} could not be read or is larger than 2 MB")),
                }
            }
        }
    }
    gathered
}

async fn entries_of(folder: &FileSystemDirectoryHandle) -> Result<Vec<(String, JsValue)>, JsValue> {
    let iterator: AsyncIterator = folder.entries();
    let mut entries = Vec::new();
    loop {
        let step = JsFuture::from(iterator.next()?).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            return Ok(entries);
        }
        let pair = js_sys::Array::from(&Reflect::get(&step, &"value".into())?);
        entries.push((pair.get(0).as_string().unwrap_or_default(), pair.get(1)));
    }
}

async fn text_of(handle: &FileSystemFileHandle) -> Result<String, JsValue> {
    let file: File = JsFuture::from(handle.get_file()).await?.dyn_into()?;
    if file.size() > LARGEST_FILE as f64 {
        return Err(JsValue::NULL);
    }
    JsFuture::from(file.text()).await?.as_string().ok_or(JsValue::NULL)
}

impl Folder {
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Writes all changes, or none: every file is compared with what was read before the first is written.
    pub async fn write(&self, changes: &[Changed]) -> Result<(), WriteError> {
        self.ask_permission().await?;
        for change in changes {
            let now = self.current(&change.path).await;
            match (&change.before, now) {
                (None, None) => {}
                (None, Some(text)) if Some(&text) == change.after.as_ref() => {}
                (None, Some(_)) => return Err(WriteError::Exists(change.path.clone())),
                (Some(before), Some(now)) if *before == now => {}
                (Some(_), _) => return Err(WriteError::ChangedOnDisk(change.path.clone())),
            }
        }
        let mut written = Vec::new();
        for change in changes {
            if self.apply(change).await.is_err() {
                return Err(WriteError::Failed { path: change.path.clone(), written });
            }
            written.push(change.path.clone());
        }
        Ok(())
    }

    /// Asks to write, which browsers allow only after a click. Those without the question ask by themselves.
    async fn ask_permission(&self) -> Result<(), WriteError> {
        let Ok(ask) = Reflect::get(&self.0, &"requestPermission".into()) else { return Ok(()) };
        let Ok(ask) = ask.dyn_into::<Function>() else { return Ok(()) };
        let options = Object::new();
        let asked = Reflect::set(&options, &"mode".into(), &"readwrite".into())
            .and_then(|_| ask.call1(&self.0, &options))
            .and_then(|promise| promise.dyn_into::<Promise>());
        let Ok(promise) = asked else { return Err(WriteError::NotAllowed) };
        match JsFuture::from(promise).await {
            Ok(answer) if answer.as_string().as_deref() == Some("granted") => Ok(()),
            _ => Err(WriteError::NotAllowed),
        }
    }

    async fn current(&self, path: &str) -> Option<String> {
        let (folder, name) = self.folder_of(path, false).await.ok()?;
        let handle = JsFuture::from(folder.get_file_handle(name)).await.ok()?;
        text_of(handle.unchecked_ref()).await.ok()
    }

    async fn apply(&self, change: &Changed) -> Result<(), JsValue> {
        let (folder, name) = self.folder_of(&change.path, change.change != Change::Deleted).await?;
        let Some(after) = &change.after else {
            return JsFuture::from(folder.remove_entry(name)).await.map(drop);
        };
        let options = FileSystemGetFileOptions::new();
        options.set_create(true);
        let handle: FileSystemFileHandle =
            JsFuture::from(folder.get_file_handle_with_options(name, &options)).await?.dyn_into()?;
        let stream: FileSystemWritableFileStream = JsFuture::from(handle.create_writable()).await?.dyn_into()?;
        JsFuture::from(stream.write_with_str(after)?).await?;
        JsFuture::from(stream.close()).await.map(drop)
    }

    /// The folder that holds `path`, and the last part of the path.
    async fn folder_of<'a>(
        &self,
        path: &'a str,
        create: bool,
    ) -> Result<(FileSystemDirectoryHandle, &'a str), JsValue> {
        let mut folder = self.0.clone();
        let mut rest = path;
        while let Some((name, after)) = rest.split_once('/') {
            let options = FileSystemGetDirectoryOptions::new();
            options.set_create(create);
            folder = JsFuture::from(folder.get_directory_handle_with_options(name, &options)).await?.dyn_into()?;
            rest = after;
        }
        Ok((folder, rest))
    }
}
