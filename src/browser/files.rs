//! Files that the user drops or chooses.

use js_sys::Uint8Array;
use llama_fleet::folder::{LARGEST_FILE, MOST_FILES, is_entered, use_of};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DataTransfer, File, FileList, FileSystemDirectoryEntry, FileSystemEntry, FileSystemFileEntry};

/// What was read, and what was not.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Path and text.
    pub files: Vec<(String, String)>,
    /// What was left out and why, in plain words.
    pub left_out: Vec<String>,
}

/// The text of a file, byte for byte: `Blob.text()` would drop a byte order mark, and put `\u{fffd}` for what is not UTF-8.
/// An error says what is the matter, in words that follow the file's name.
pub(super) async fn text_of(file: &File) -> Result<String, &'static str> {
    if file.size() > LARGEST_FILE as f64 {
        return Err("is larger than 2 MB");
    }
    let Ok(bytes) = JsFuture::from(file.array_buffer()).await else { return Err("could not be read") };
    String::from_utf8(Uint8Array::new(&bytes).to_vec()).map_err(|_| "is not UTF-8 text")
}

impl Gathered {
    pub(super) fn take(&mut self, path: String, text: Result<String, &'static str>) {
        match text {
            Ok(text) => self.files.push((path, text)),
            Err(why) => self.left_out.push(format!("{path} {why}")),
        }
    }

    /// Whether one more file fits; says once that it does not.
    fn has_room(&mut self) -> bool {
        if self.files.len() < MOST_FILES {
            return true;
        }
        let message = format!("only the first {MOST_FILES} files were read");
        if self.left_out.last() != Some(&message) {
            self.left_out.push(message);
        }
        false
    }
}

/// Reads the files of a file field. Of a folder only those that matter; single files whatever their names.
pub async fn of_field(list: FileList, folder: bool) -> Gathered {
    let mut gathered = Gathered::default();
    for file in (0..list.length()).filter_map(|index| list.get(index)) {
        let path = path_in_folder(&file).unwrap_or_else(|| file.name());
        let matters = use_of(&path).is_some() && path.split('/').all(is_entered);
        if folder && !matters {
            continue;
        }
        if !gathered.has_room() {
            break;
        }
        gathered.take(path, text_of(&file).await);
    }
    gathered
}

/// `webkitRelativePath`: the path from the chosen folder on.
fn path_in_folder(file: &File) -> Option<String> {
    let path = js_sys::Reflect::get(file, &"webkitRelativePath".into()).ok()?.as_string()?;
    (!path.is_empty()).then_some(path)
}

/// Reads what was dropped: files whatever their names, and of folders the files that matter.
pub async fn of_drop(dropped: DataTransfer) -> Gathered {
    // All entries must be taken before the first wait: after it the browser has emptied the list.
    let items = dropped.items();
    let entries: Vec<FileSystemEntry> =
        (0..items.length()).filter_map(|index| items.get(index)?.webkit_get_as_entry().ok().flatten()).collect();
    let mut gathered = Gathered::default();
    let mut waiting: Vec<(FileSystemEntry, bool)> = entries.into_iter().rev().map(|entry| (entry, true)).collect();
    while let Some((entry, dropped_itself)) = waiting.pop() {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            if dropped_itself || is_entered(&entry.name()) {
                let children = children_of(entry.unchecked_into()).await;
                waiting.extend(children.into_iter().rev().map(|child| (child, false)));
            }
            continue;
        }
        if !dropped_itself && use_of(&path).is_none() {
            continue;
        }
        if !gathered.has_room() {
            break;
        }
        let text = match file_of(entry.unchecked_into()).await {
            Ok(file) => text_of(&file).await,
            Err(_) => Err("could not be read"),
        };
        gathered.take(path, text);
    }
    gathered
}

async fn file_of(entry: FileSystemFileEntry) -> Result<File, JsValue> {
    let promise = js_sys::Promise::new(&mut |found, failed| {
        entry.file_with_callback_and_callback(&found, &failed);
    });
    JsFuture::from(promise).await?.dyn_into()
}

async fn children_of(folder: FileSystemDirectoryEntry) -> Vec<FileSystemEntry> {
    let reader = folder.create_reader();
    let mut children = Vec::new();
    loop {
        let promise = js_sys::Promise::new(&mut |found, failed| {
            // A reader that cannot begin calls neither: then there is nothing to read.
            if reader.read_entries_with_callback_and_callback(&found, &failed).is_err() {
                let _ = failed.call0(&JsValue::NULL);
            }
        });
        // Entries come in batches; an empty one is the end.
        let Ok(batch) = JsFuture::from(promise).await else { break };
        let batch = js_sys::Array::from(&batch);
        if batch.length() == 0 {
            break;
        }
        children.extend(batch.iter().map(|entry| entry.unchecked_into::<FileSystemEntry>()));
    }
    children
}
