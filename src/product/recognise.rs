//! What of the packages that a machine uses is llama.cpp, and which one.

use smol_str::SmolStr;

use crate::flake::uses::{Named, Origin};

/// A llama.cpp that is used somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Llama {
    pub which: Which,
    /// The expression is the package itself, and nothing that is selected from it.
    pub is_whole: bool,
}

/// Which llama.cpp it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Which {
    /// `pkgs.llama-cpp` or `pkgs.llama-cpp-cuda` of the machine's own packages, by its name there.
    Named(SmolStr),
    /// The same of the package set that Home Manager makes for itself, without the machine's overlays.
    OfHome,
    /// A package of llama.cpp's own flake, by its name there.
    Upstream(String),
    /// `pkgs.llamaPackages.llama-cpp`, which upstream's overlay defines.
    Scope,
    /// The llama.cpp of another package set, by how that is called: an input, a name that an overlay defines.
    OtherSet(String),
}

/// Programs that bring libggml*.so of their own, as llama.cpp does: in one profile of Home Manager they collide.
const WITH_GGML: [&str; 6] = [
    "whisper-cpp",
    "whisper-cpp-vulkan",
    "stable-diffusion-cpp",
    "stable-diffusion-cpp-cuda",
    "stable-diffusion-cpp-rocm",
    "stable-diffusion-cpp-vulkan",
];

/// Outputs of flakes that are no packages.
const NO_PACKAGES: [&str; 8] =
    ["nixosModules", "homeModules", "homeManagerModules", "darwinModules", "modules", "overlays", "lib", "templates"];

/// The llama.cpp that a package is; `is_flake`: whether an input is llama.cpp's own flake.
pub(crate) fn llama(package: &Named, is_flake: &dyn Fn(&str) -> bool) -> Option<Llama> {
    let path: Vec<&str> = package.path.iter().map(SmolStr::as_str).collect();
    if matches!(package.origin, Origin::Input(_)) && path.first().is_some_and(|first| NO_PACKAGES.contains(first)) {
        return None;
    }
    let (which, rest) = match &package.origin {
        Origin::Input(input) if is_flake(input) => upstream(&path)?,
        Origin::Input(input) => {
            let at = named(&path)?;
            (Which::OtherSet(input.to_string()), &path[at + 1..])
        }
        Origin::Machine | Origin::Home => {
            let at = named(&path)?;
            let which = match &path[..at] {
                [] if package.origin == Origin::Home => Which::OfHome,
                [] => Which::Named(path[at].into()),
                [first, ..] if first.starts_with("llamaPackages") => Which::Scope,
                set => Which::OtherSet(format!("pkgs.{}", set.join("."))),
            };
            (which, &path[at + 1..])
        }
        Origin::Spelling => spelt(&path, is_flake)?,
    };
    let is_part = |name: &&str| matches!(*name, "out" | "outPath" | "bin" | "lib") || name.starts_with("override");
    rest.iter().all(is_part).then_some(Llama { which, is_whole: rest.is_empty() })
}

/// Whether a package is a program that brings libggml*.so of its own.
pub(crate) fn brings_ggml(package: &Named) -> bool {
    let last = package.path.last();
    last.is_some_and(|name| WITH_GGML.contains(&name.as_str())) && package.overrides.is_empty()
}

/// Whether a text may name such a program.
pub(crate) fn may_bring_ggml(text: &str) -> bool {
    ["whisper-cpp", "stable-diffusion-cpp"].iter().any(|name| text.contains(name))
}

/// `packages.<platform>.vulkan`, `legacyPackages.<platform>.llamaPackagesCuda.llama-cpp`, `defaultPackage.<platform>`.
fn upstream<'p>(path: &'p [&'p str]) -> Option<(Which, &'p [&'p str])> {
    match path {
        ["packages", _, name, rest @ ..] => Some((Which::Upstream((*name).to_owned()), rest)),
        ["defaultPackage", _, rest @ ..] => Some((Which::Upstream("default".to_owned()), rest)),
        ["legacyPackages", _, below @ ..] => {
            let at = named(below)?;
            Some((Which::Upstream(below[..=at].join(".")), &below[at + 1..]))
        }
        _ => None,
    }
}

/// What cannot be evaluated is known by its letters.
fn spelt<'p>(path: &'p [&'p str], is_flake: &dyn Fn(&str) -> bool) -> Option<(Which, &'p [&'p str])> {
    let flake = path.iter().position(|name| is_flake(name));
    if let Some((at, ["packages" | "legacyPackages", ..])) = flake.map(|at| (at, &path[at + 1..])) {
        let outputs = &path[at + 1..];
        // `inputs'.llama-cpp.packages.default` has no platform
        let name = outputs.get(2).or(outputs.get(1))?;
        return Some((Which::Upstream((*name).to_owned()), &path[path.len()..]));
    }
    let at = path.iter().position(|name| is_llama_name(name))?;
    let which = match &path[..at] {
        ["inputs" | "inputs'", ..] => return None,
        [] | ["pkgs"] => Which::Named(path[at].into()),
        set if set.iter().any(|name| name.starts_with("llamaPackages")) => Which::Scope,
        set => Which::OtherSet(set.join(".")),
    };
    Some((which, &path[at + 1..]))
}

/// Where in a path the package stands.
fn named(path: &[&str]) -> Option<usize> {
    path.iter().position(|name| is_llama_name(name))
}

/// The names that nixpkgs and our overlay have for llama.cpp.
pub(crate) fn is_llama_name(name: &str) -> bool {
    name == "llama-cpp" || super::PACKAGES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{Which, llama};
    use crate::flake::uses::{Named, Origin};

    fn which(origin: Origin, path: &[&str]) -> Option<(Which, bool)> {
        let path = path.iter().map(|name| (*name).into()).collect();
        let package = Named { origin, path, overrides: Default::default() };
        llama(&package, &|input| input == "llama-cpp").map(|found| (found.which, found.is_whole))
    }

    #[test]
    fn a_llama_cpp_is_told_from_what_is_called_like_it() {
        let input = |name: &str| Origin::Input(name.into());
        let upstream = |name: &str| Some((Which::Upstream(name.into()), true));
        let other = |set: &str| Some((Which::OtherSet(set.into()), true));
        for (origin, path, expected) in [
            (input("llama-cpp"), &["packages", "s", "vulkan"][..], upstream("vulkan")),
            (
                input("llama-cpp"),
                &["legacyPackages", "s", "llamaPackagesCuda", "llama-cpp"],
                upstream("llamaPackagesCuda.llama-cpp"),
            ),
            (input("llama-cpp"), &["packages", "s"], None),
            (input("llama-cpp"), &["overlays", "default"], None),
            (input("unstable"), &["legacyPackages", "s", "llama-cpp"], other("unstable")),
            (input("unstable"), &["packages", "llama-cpp"], other("unstable")),
            (input("mine"), &["nixosModules", "llama-cpp"], None),
            (Origin::Machine, &["llama-cpp"], Some((Which::Named("llama-cpp".into()), true))),
            (Origin::Machine, &["llama-cpp", "version"], None),
            (Origin::Machine, &["llama-cpp", "out"], Some((Which::Named("llama-cpp".into()), false))),
            (Origin::Machine, &["python3Packages", "llama-cpp-python"], None),
            (Origin::Machine, &["llamaPackages", "llama-cpp"], Some((Which::Scope, true))),
            (Origin::Machine, &["unstable", "llama-cpp"], other("pkgs.unstable")),
            (Origin::Home, &["llama-cpp"], Some((Which::OfHome, true))),
            (Origin::Spelling, &["unstable", "llama-cpp"], other("unstable")),
            (Origin::Spelling, &["inputs", "llama-cpp"], None),
            (Origin::Spelling, &["inputs'", "llama-cpp", "packages", "cuda"], upstream("cuda")),
        ] {
            assert_eq!(which(origin, path), expected, "{path:?}");
        }
    }
}
