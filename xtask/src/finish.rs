//! Trunk's hook after a build: gives the engine's files names with a hash, as Trunk gives the page's, and makes the
//! single file, `llamafleet.html`, out of the page that Trunk has just made.
//!
//! The single file opens from `file://`, where browsers load no module from a second file, and its Content-Security-Policy
//! allows no connection at all. boot/boot.js starts both pages.

use crate::shell::{Done, Failure};
use base64::prelude::{BASE64_STANDARD, Engine};
use std::{
    env, fs,
    hash::{DefaultHasher, Hasher},
    path::{Path, PathBuf},
};

const NAME: &str = "llamafleet.html";
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:; worker-src blob:; \
                      style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

pub fn run() -> Done {
    let folder = env::var_os("TRUNK_STAGING_DIR").map(PathBuf::from);
    let folder = folder.ok_or_else(|| Failure::new("`finish` is Trunk's hook; `cargo xtask build` calls it"))?;
    let page = String::from_utf8(read(&folder, "index.html")?).map_err(|_| Failure::new("index.html is not UTF-8"))?;
    let page = with_hashes(page, &folder)?;
    write(&folder, "index.html", &page)?;
    write(&folder, NAME, &single(&page, &|name| read(&folder, name))?)
}

/// Renames the engine's files, so that a file of a name never changes and may be kept for ever, and names them so in
/// the page. Trunk leaves the names of workers as they are.
fn with_hashes(page: String, folder: &Path) -> Result<String, Failure> {
    let wasm = read(folder, "engine_bg.wasm")?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&wasm);
    hasher.write(&read(folder, "engine.js")?);
    hasher.write(&read(folder, "worker.js")?);
    let hash = format!("{:016x}", hasher.finish());
    let mut named = page;
    for (old, new) in [
        ("worker.js", format!("worker-{hash}.js")),
        ("engine.js", format!("engine-{hash}.js")),
        ("engine_bg.wasm", format!("engine-{hash}_bg.wasm")),
    ] {
        let place = format!("\"./{old}\"");
        if !named.contains(&place) {
            return Err(Failure::new(format!("index.html does not name ./{old}")));
        }
        fs::rename(folder.join(old), folder.join(&new)).map_err(|error| Failure::new(format!("{old}: {error}")))?;
        named = named.replace(&place, &format!("\"./{new}\""));
    }
    Ok(named)
}

fn write(folder: &Path, name: &str, text: &str) -> Done {
    fs::write(folder.join(name), text).map_err(|error| Failure::new(format!("{name}: {error}")))
}

fn read(folder: &Path, name: &str) -> Result<Vec<u8>, Failure> {
    fs::read(folder.join(name)).map_err(|error| Failure::new(format!("{name}: {error}")))
}

/// The page with everything it names inside it. `read` gives a file's bytes by the name that the page has for it.
fn single(page: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, Failure>) -> Result<String, Failure> {
    let mut single = String::new();
    let mut rest = page;
    while let Some((before, tag, after)) = next_tag(rest) {
        single.push_str(before);
        single.push_str(&inlined(tag, read)?);
        // A script's own end follows its tag; ours is part of what replaces it.
        rest = if tag.starts_with("<script") { after.strip_prefix("</script>").unwrap_or(after) } else { after };
    }
    single.push_str(rest);
    Ok(single)
}

/// The next tag that names a file or the policy, with what stands before and after it.
fn next_tag(page: &str) -> Option<(&str, &str, &str)> {
    let start = ["<link", "<script", "<meta http-equiv"].iter().filter_map(|name| page.find(name)).min()?;
    let end = start + page[start..].find('>')? + 1;
    Some((&page[..start], &page[start..end], &page[end..]))
}

fn inlined(tag: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, Failure>) -> Result<String, Failure> {
    if tag.starts_with("<meta") {
        return Ok(format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">"));
    }
    let named = ["href", "src", "data-src"].iter().find_map(|key| attribute(tag, key));
    let Some(name) = named else { return Ok(tag.to_owned()) };
    let text = || text(name, read);
    Ok(match (attribute(tag, "id"), attribute(tag, "rel")) {
        (Some(id @ ("page-wasm" | "engine-wasm")), _) => {
            format!("<script type=\"text/plain\" id=\"{id}\">{}</script>", BASE64_STANDARD.encode(read(name)?))
        }
        (Some(id @ ("page-script" | "worker-script" | "engine-script")), _) => {
            format!("<script type=\"text/plain\" id=\"{id}\">{}</script>", text()?)
        }
        (Some("boot"), _) => format!("<script type=\"module\" id=\"boot\">{}</script>", text()?),
        (_, Some("stylesheet")) => format!("<style>{}</style>", text()?),
        (_, Some("icon")) => {
            format!("<link rel=\"icon\" href=\"data:image/svg+xml;base64,{}\">", BASE64_STANDARD.encode(read(name)?))
        }
        // Only a hosted page can be installed.
        (_, Some("manifest")) => String::new(),
        _ => return Err(Failure::new(format!("index.html: no place in the single file is known for {tag}"))),
    })
}

/// A file as text that can stand inside a `<script>` or `<style>`.
fn text(name: &str, read: &dyn Fn(&str) -> Result<Vec<u8>, Failure>) -> Result<String, Failure> {
    let text = String::from_utf8(read(name)?).map_err(|_| Failure::new(format!("{name} is not UTF-8")))?;
    match ["</script", "</style", "<!--"].iter().find(|end| text.contains(*end)) {
        Some(end) => Err(Failure::new(format!("{name} contains {end}, which HTML would take for its own"))),
        None => Ok(text),
    }
}

/// An attribute's value; Trunk quotes all of them.
fn attribute<'tag>(tag: &'tag str, name: &str) -> Option<&'tag str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(value.split_once('"')?.0)
}

#[cfg(test)]
mod tests {
    use super::single;
    use crate::shell::Failure;

    fn made(page: &str) -> Result<String, Failure> {
        single(page, &|name| Ok(if name == "bad.js" { b"'</script>'".to_vec() } else { name.as_bytes().to_vec() }))
    }

    #[test]
    fn everything_that_the_page_names_is_put_inside() {
        let page = r#"<meta http-equiv="Content-Security-Policy" content="x"><link rel="stylesheet" href="./a.css" integrity="sha384-x"/>
<link rel="modulepreload" id="page-script" href="./a.js"><link rel="preload" id="page-wasm" href="./a.wasm" as="fetch">
<script type="text/plain" id="engine-wasm" data-src="./e.wasm"></script><link rel="manifest" href="m"><link rel="icon" href="i"><script type="module" id="boot" src="./boot.js"></script><p>text</p>"#;
        let made = made(page).unwrap();
        assert!(made.contains("<style>./a.css</style>"), "{made}");
        assert!(made.contains(r#"<script type="text/plain" id="page-script">./a.js</script>"#), "{made}");
        assert!(made.contains(r#"<script type="text/plain" id="page-wasm">Li9hLndhc20=</script>"#), "{made}");
        assert!(made.contains(r#"<script type="text/plain" id="engine-wasm">Li9lLndhc20=</script>"#), "{made}");
        assert!(made.contains(r#"<script type="module" id="boot">./boot.js</script><p>text</p>"#), "{made}");
        assert!(!made.contains("href=\"m\"") && !made.contains(" src=") && !made.contains("connect-src"), "{made}");
    }

    #[test]
    fn a_script_that_would_end_its_element_is_refused() {
        assert!(made(r#"<script id="boot" src="bad.js"></script>"#).is_err());
    }

    #[test]
    fn a_link_of_an_unknown_kind_is_refused() {
        assert!(made(r#"<link rel="prefetch" href="x">"#).is_err());
    }
}
