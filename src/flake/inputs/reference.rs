//! Flake references: in parts or as URLs, and what they name.

use smol_str::SmolStr;

/// `type`, `owner`, `repo`, … of an input that is not written as a URL.
#[derive(Default)]
pub(super) struct Reference {
    parts: Vec<(SmolStr, SmolStr)>,
}

impl Reference {
    pub fn push(&mut self, name: &str, value: SmolStr) {
        self.parts.push((name.into(), value));
    }

    /// As one flake reference; none where a part is missing.
    pub fn joined(&self) -> Option<String> {
        let get = |name: &str| self.parts.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let kind = get("type")?;
        let mut url = match (get("owner"), get("repo"), get("url"), get("path"), get("id")) {
            (Some(owner), Some(repo), ..) => format!("{kind}:{owner}/{repo}"),
            (_, _, Some(url), ..) => format!("{kind}+{url}"),
            (_, _, _, Some(path), _) => format!("path:{path}"),
            (.., Some(id)) => id.to_owned(),
            _ => return None,
        };
        if let Some(reference) = get("ref").or(get("rev")) {
            url.push('/');
            url.push_str(reference);
        }
        Some(url)
    }
}

/// Which repository a flake reference names: host-independent `owner/repo` in lower case, if it has them.
pub(crate) fn repository(url: &str) -> Option<String> {
    owner_and_name(url).map(|(owner, name)| format!("{owner}/{name}").to_lowercase())
}

fn owner_and_name(url: &str) -> Option<(&str, &str)> {
    let url = url.trim();
    let end = url.bytes().position(|byte| matches!(byte, b'?' | b'#')).unwrap_or(url.len());
    let (kind, rest) = url[..end].split_once(':')?;
    let rest = match (rest.strip_prefix("//"), kind) {
        // https://github.com/owner/repo(.git)
        (Some(rest), _) => rest.split_once('/').map(|(_, path)| path)?,
        (None, "github" | "gitlab" | "sourcehut") => rest,
        _ => return None,
    };
    let mut parts = rest.split('/').filter(|part| !part.is_empty());
    let (owner, repo) = (parts.next()?, parts.next()?);
    Some((owner, repo.strip_suffix(".git").unwrap_or(repo)))
}

/// llama.cpp itself, under its owner of today or of before 2025.
pub(crate) fn is_llama_cpp(url: &str) -> bool {
    // most names have no dot
    if !url.contains('.') {
        return false;
    }
    owner_and_name(url).is_some_and(|(owner, name)| {
        name.eq_ignore_ascii_case("llama.cpp")
            && ["ggml-org", "ggerganov"].iter().any(|known| owner.eq_ignore_ascii_case(known))
    })
}

/// A nixpkgs: `github:NixOS/nixpkgs/…`, its channel tarballs, mirrors, or the registry's name.
pub(crate) fn is_nixpkgs(url: &str) -> bool {
    if url == "nixpkgs" || url.starts_with("nixpkgs/") || url.starts_with("flake:nixpkgs") {
        return true;
    }
    if url.contains("channels.nixos.org/") || url.contains("nixos.org/channels/") {
        return true;
    }
    if url.contains("flakehub.com/f/") {
        return url.to_lowercase().contains("/nixpkgs");
    }
    let names = ["nixpkgs", "nixpkgs-channels", "nixpkgs.lib"];
    owner_and_name(url).is_some_and(|(_, name)| names.iter().any(|known| name.eq_ignore_ascii_case(known)))
        && !url.contains("nixpkgs.lib")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_compared_by_what_they_name() {
        for url in [
            "github:ggml-org/llama.cpp",
            "github:ggml-org/llama.cpp/b10488",
            "github:GGML-org/llama.cpp?ref=master",
            "git+https://github.com/ggerganov/llama.cpp.git?ref=master",
            "https://github.com/ggml-org/llama.cpp/archive/master.tar.gz",
        ] {
            assert!(is_llama_cpp(url), "{url}");
        }
        for url in ["github:someone/llama.cpp", "github:NixOS/nixpkgs", "path:./llama.cpp"] {
            assert!(!is_llama_cpp(url), "{url}");
        }
        assert!(is_nixpkgs("github:nixos/nixpkgs/nixos-unstable"));
        assert!(is_nixpkgs("nixpkgs/nixos-24.11"));
        assert!(!is_nixpkgs("github:nix-community/nixpkgs-wayland"));
    }
}
