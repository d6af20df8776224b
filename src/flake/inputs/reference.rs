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

/// Which nixpkgs a reference names.
#[allow(dead_code, reason = "a fact that decisions ask for")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Release {
    /// A stable one, as 24.05.
    Stable {
        /// The year, as 24.
        year: u8,
        /// The month, as 5.
        month: u8,
    },
    /// `nixos-unstable` and the like, `master`, or no release at all: what is newest when it is locked.
    Rolling,
}

/// The release that a nixpkgs reference names; `None` for one that is no nixpkgs, and for a commit.
///
/// Known are branches and channels (`nixos-24.05`, `nixos-24.11-small`, `release-25.05`, `nixpkgs-25.11-darwin`), FlakeHub's
/// versions (`0.2411.*`, `0.1`, which is unstable) and words for what rolls.
#[allow(dead_code, reason = "a fact that decisions ask for")]
pub(crate) fn nixpkgs_release(url: &str) -> Option<Release> {
    if !is_nixpkgs(url) {
        return None;
    }
    let (path, query) = url.split_once(['?', '#']).unwrap_or((url, ""));
    if path.contains("flakehub.com/f/") {
        return flakehub_release(path);
    }
    let named = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
    let is_channel = path.contains("nixos.org/");
    let reference = named.or_else(|| reference_of(path)).or_else(|| path.split('/').rev().find(|_| is_channel));
    // `https://channels.nixos.org/nixos-24.05/nixexprs.tar.xz`
    let reference = match reference {
        Some(file) if is_channel && file.starts_with("nixexprs") => path.rsplit('/').nth(1),
        other => other,
    };
    let Some(reference) = reference else {
        let is_pinned = query.split('&').any(|pair| pair.starts_with("rev="));
        return (!is_pinned).then_some(Release::Rolling);
    };
    if let Some(release) = reference.split('-').find_map(year_and_month) {
        return Some(release);
    }
    let is_commit = reference.len() >= 7 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_commit).then_some(Release::Rolling)
}

/// What stands behind the repository: `github:NixOS/nixpkgs/<this>`, `nixpkgs/<this>`.
fn reference_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once(':').unwrap_or(("", path));
    if rest.starts_with("//") {
        // `https://github.com/NixOS/nixpkgs/archive/<this>.tar.gz`
        let (_, file) = path.split_once("/archive/")?;
        let file = file.strip_prefix("refs/heads/").unwrap_or(file);
        return Some(file.strip_suffix(".tar.gz").or(file.strip_suffix(".zip")).unwrap_or(file));
    }
    let skipped = if path.starts_with("nixpkgs") || path.starts_with("flake:") { 1 } else { 2 };
    let at = rest.match_indices('/').nth(skipped - 1)?.0;
    Some(&rest[at + 1..]).filter(|reference| !reference.is_empty())
}

/// `24.05`
fn year_and_month(word: &str) -> Option<Release> {
    let (year, month) = word.split_once('.')?;
    let (year, month) = (two_digits(year)?, two_digits(month)?);
    Some(Release::Stable { year, month })
}

fn two_digits(word: &str) -> Option<u8> {
    if word.len() == 2 { word.parse().ok() } else { None }
}

/// FlakeHub counts nixpkgs as `0.<release>.<commits>`: `0.2411.*`; `0.1` is unstable, and so are other words.
fn flakehub_release(path: &str) -> Option<Release> {
    let version = path.split("/f/").nth(1)?.split('/').nth(2).unwrap_or("*");
    let version = version.trim_start_matches(['=', '~', '^', '>', 'v']);
    let Some(release) = version.split('.').nth(1).filter(|release| release.len() == 4) else {
        return Some(Release::Rolling);
    };
    let (year, month) = (release.get(..2).and_then(two_digits)?, release.get(2..).and_then(two_digits)?);
    Some(Release::Stable { year, month })
}

/// Which llama.cpp a reference names.
#[allow(dead_code, reason = "a fact that decisions ask for")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum LlamaVersion {
    /// A numbered build, as `b4000`: upstream tags each of them.
    Build(u32),
    /// A version with three numbers, as `v0.5.0`.
    Version(u32, u32, u32),
    /// The newest when it is locked: a branch, or nothing named.
    Rolling,
}

/// The version that a reference to llama.cpp names; `None` for anything else, and for a commit.
#[allow(dead_code, reason = "a fact that decisions ask for")]
pub(crate) fn llama_version(url: &str) -> Option<LlamaVersion> {
    if !is_llama_cpp(url) {
        return None;
    }
    let (path, query) = url.split_once(['?', '#']).unwrap_or((url, ""));
    let named = query.split('&').find_map(|pair| pair.strip_prefix("ref="));
    let reference = named.map(|named| named.strip_prefix("refs/tags/").unwrap_or(named)).or_else(|| reference_of(path));
    let Some(reference) = reference else {
        let is_pinned = query.split('&').any(|pair| pair.starts_with("rev="));
        return (!is_pinned).then_some(LlamaVersion::Rolling);
    };
    if let Some(build) = reference.strip_prefix('b').and_then(|build| build.parse().ok()) {
        return Some(LlamaVersion::Build(build));
    }
    let numbers: Vec<Option<u32>> =
        reference.strip_prefix('v').unwrap_or(reference).split('.').map(|number| number.parse().ok()).collect();
    if let [Some(major), Some(minor), Some(patch)] = numbers.as_slice() {
        return Some(LlamaVersion::Version(*major, *minor, *patch));
    }
    let is_commit = reference.len() >= 7 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    (!is_commit).then_some(LlamaVersion::Rolling)
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

    #[test]
    fn a_reference_names_a_release_of_nixpkgs() {
        let stable = |year, month| Some(Release::Stable { year, month });
        for (url, release) in [
            ("github:NixOS/nixpkgs/nixos-24.05", stable(24, 5)),
            ("github:nixos/nixpkgs/nixos-24.11-small", stable(24, 11)),
            ("github:NixOS/nixpkgs?ref=release-25.05", stable(25, 5)),
            ("github:NixOS/nixpkgs/nixpkgs-25.11-darwin", stable(25, 11)),
            ("nixpkgs/nixos-23.11", stable(23, 11)),
            ("flake:nixpkgs/nixos-23.11", stable(23, 11)),
            ("git+https://github.com/NixOS/nixpkgs?ref=nixos-25.05&shallow=1", stable(25, 5)),
            ("https://github.com/NixOS/nixpkgs/archive/nixos-22.11.tar.gz", stable(22, 11)),
            ("https://github.com/NixOS/nixpkgs/archive/refs/heads/nixos-22.11.zip", stable(22, 11)),
            ("https://channels.nixos.org/nixos-24.05/nixexprs.tar.xz", stable(24, 5)),
            ("https://nixos.org/channels/nixos-24.05/nixexprs.tar.xz", stable(24, 5)),
            ("https://flakehub.com/f/NixOS/nixpkgs/0.2411.*.tar.gz", stable(24, 11)),
            ("https://flakehub.com/f/NixOS/nixpkgs/0.2505", stable(25, 5)),
            ("https://flakehub.com/f/NixOS/nixpkgs/=0.2405.635732", stable(24, 5)),
            ("https://flakehub.com/f/NixOS/nixpkgs/0.1.*.tar.gz", Some(Release::Rolling)),
            ("https://flakehub.com/f/DeterminateSystems/nixpkgs-weekly/*.tar.gz", Some(Release::Rolling)),
            ("https://channels.nixos.org/nixos-unstable/nixexprs.tar.xz", Some(Release::Rolling)),
            ("github:NixOS/nixpkgs/nixos-unstable", Some(Release::Rolling)),
            ("github:NixOS/nixpkgs/master", Some(Release::Rolling)),
            ("github:NixOS/nixpkgs", Some(Release::Rolling)),
            ("nixpkgs", Some(Release::Rolling)),
            ("github:NixOS/nixpkgs/62b852f6c6742134ade1abdd2a21685fd617a291", None),
            ("github:NixOS/nixpkgs?rev=62b852f6c6742134ade1abdd2a21685fd617a291", None),
            ("github:nix-community/home-manager/release-24.05", None),
        ] {
            assert_eq!(nixpkgs_release(url), release, "{url}");
        }
        assert!(stable(24, 5) < stable(24, 11) && stable(24, 11) < Some(Release::Rolling));
    }

    #[test]
    fn a_reference_names_a_version_of_llama_cpp() {
        use LlamaVersion::{Build, Rolling, Version};
        for (url, version) in [
            ("github:ggml-org/llama.cpp/b4000", Some(Build(4000))),
            ("github:ggerganov/llama.cpp?ref=b10488", Some(Build(10488))),
            ("git+https://github.com/ggml-org/llama.cpp?ref=refs/tags/b6000", Some(Build(6000))),
            ("https://github.com/ggml-org/llama.cpp/archive/b5000.tar.gz", Some(Build(5000))),
            ("github:ggml-org/llama.cpp/v0.5.0", Some(Version(0, 5, 0))),
            ("github:ggml-org/llama.cpp/0.5.0", Some(Version(0, 5, 0))),
            ("github:ggml-org/llama.cpp", Some(Rolling)),
            ("github:ggml-org/llama.cpp/master", Some(Rolling)),
            ("github:ggml-org/llama.cpp/0123456789abcdef0123456789abcdef01234567", None),
            ("github:someone/llama.cpp/b4000", None),
        ] {
            assert_eq!(llama_version(url), version, "{url}");
        }
    }
}
