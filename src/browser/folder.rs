//! The user's own folder, where the browser can open it (`showDirectoryPicker`): read whole, written back after asking.

use js_sys::{AsyncIterator, Function, Object, Promise, Reflect};
use llama_fleet::folder::{Conflict, MOST_FILES, is_entered, may_become, use_of};
use llama_fleet::report::{Change, FileChange};

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemWritableFileStream,
};

use super::files::{Gathered, text_of};

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
    /// A file is there and cannot be compared; why, in words that follow its name.
    Unreadable(String, &'static str),
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
            WriteError::Unreadable(path, why) => format!("Nothing was written: {path} is there, and {why}."),
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
                gathered.take(path, text_in(handle.unchecked_ref()).await);
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

async fn text_in(handle: &FileSystemFileHandle) -> Result<String, &'static str> {
    let file = JsFuture::from(handle.get_file()).await.ok().and_then(|file| file.dyn_into().ok());
    match file {
        Some(file) => text_of(&file).await,
        None => Err("could not be read"),
    }
}

impl Folder {
    pub fn name(&self) -> String {
        self.0.name()
    }

    /// Writes all changes, or none: every file is compared with what was read before the first is written.
    pub async fn write(&self, changes: &[FileChange]) -> Result<(), WriteError> {
        self.ask_permission().await?;
        for change in changes {
            let now = self.current(&change.path).await;
            let now = now.map_err(|why| WriteError::Unreadable(change.path.clone(), why))?;
            may_become(change.before.as_deref(), now.as_deref(), change.after.as_deref()).map_err(|conflict| {
                match conflict {
                    Conflict::ChangedOnDisk => WriteError::ChangedOnDisk(change.path.clone()),
                    Conflict::Exists => WriteError::Exists(change.path.clone()),
                }
            })?;
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

    /// The text of a file as it is now; `None`: there is none. What cannot be read is there, and must not be lost.
    async fn current(&self, path: &str) -> Result<Option<String>, &'static str> {
        let handle = match self.folder_of(path, false).await {
            Ok((folder, name)) => JsFuture::from(folder.get_file_handle(name)).await,
            Err(error) => Err(error),
        };
        match handle {
            Ok(handle) => text_in(handle.unchecked_ref()).await.map(Some),
            Err(error) if is_not_found(&error) => Ok(None),
            Err(_) => Err("could not be read"),
        }
    }

    async fn apply(&self, change: &FileChange) -> Result<(), JsValue> {
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

/// Whether an error of the browser's is that there is no such file or folder.
fn is_not_found(error: &JsValue) -> bool {
    Reflect::get(error, &"name".into()).is_ok_and(|name| name == "NotFoundError")
}
