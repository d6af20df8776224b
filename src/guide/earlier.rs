//! What the user's earlier attempt did wrong, and why: known mistakes, recognised in its code (not in its comments).

use rnix::SyntaxKind::TOKEN_COMMENT;
use rnix::tokenize;

use super::Subject;
use crate::escape::{Markdown, Safe, md, put};

/// Of the lines that show a mistake, as many are quoted.
const QUOTED: usize = 3;

/// A file of an earlier attempt.
struct Attempt<'a> {
    /// As the user wrote them.
    lines: Vec<&'a str>,
    /// The same without comments.
    code: Vec<String>,
}

impl<'a> Attempt<'a> {
    fn new(text: &'a str) -> Self {
        let mut code = String::with_capacity(text.len());
        for (kind, token) in tokenize(text) {
            match kind {
                // only its line breaks are left
                TOKEN_COMMENT => code.extend(token.chars().filter(|c| *c == '\n')),
                _ => code.push_str(token),
            }
        }
        Attempt { lines: text.lines().collect(), code: code.lines().map(str::to_owned).collect() }
    }

    fn has(&self, word: &str) -> bool {
        self.code.iter().any(|line| line.contains(word))
    }

    /// The numbers, from 0, of the lines that pass the test.
    fn find(&self, test: impl Fn(&str) -> bool) -> Vec<usize> {
        self.code.iter().enumerate().filter(|(_, line)| test(line)).map(|(index, _)| index).collect()
    }

    fn with(&self, words: &[&str]) -> Vec<usize> {
        self.find(|line| words.iter().any(|word| line.contains(word)))
    }

    fn switches(&self) -> Vec<usize> {
        self.find(|line| names_switch(line) && !line.contains("GGML_NATIVE"))
    }
}

/// A known mistake.
struct Mistake {
    /// The lines that show it, counted from 0; none: it was not made.
    finds: fn(&Attempt) -> Vec<usize>,
    /// What it does, and why.
    says: &'static str,
}

/// One of ggml's switches for x86 instructions, set to ON.
fn names_switch(line: &str) -> bool {
    ["GGML_AVX", "GGML_SSE42", "GGML_F16C", "GGML_FMA", "GGML_BMI2", "GGML_AMX"].iter().any(|name| line.contains(name))
}

fn turns_native_on(line: &str) -> bool {
    line.contains("GGML_NATIVE")
        && [
            "GGML_NATIVE=ON",
            "GGML_NATIVE=1",
            "GGML_NATIVE=TRUE",
            "GGML_NATIVE=true",
            "GGML_NATIVE:BOOL=ON",
            "GGML_NATIVE:BOOL=TRUE",
            "\"GGML_NATIVE\" true",
        ]
        .iter()
        .any(|form| line.contains(form))
}

const MISTAKES: &[Mistake] = &[
    Mistake {
        finds: |attempt| match attempt.has("NIX_ENFORCE_NO_NATIVE") {
            true => Vec::new(),
            false => attempt.find(turns_native_on),
        },
        says: "`GGML_NATIVE=ON` by itself gives plain SSE2, the slowest build there is. It makes CMake pass `-march=native` and nothing else, and nixpkgs' compiler wrapper drops that flag because the result would depend on the building machine.",
    },
    Mistake {
        finds: |attempt| match attempt.find(turns_native_on).is_empty() {
            true => Vec::new(),
            false => attempt.switches(),
        },
        says: "These switches had no effect: with `GGML_NATIVE=ON` ggml does not look at them. They count only with `GGML_NATIVE=OFF`.",
    },
    Mistake {
        finds: |attempt| {
            let complete = ["GGML_SSE42", "GGML_F16C", "GGML_BMI2", "GGML_FMA"].iter().all(|name| attempt.has(name));
            if complete { Vec::new() } else { attempt.with(&["GGML_AVX2"]) }
        },
        says: "None of ggml's switches implies another: a CPU with AVX2 also wants `SSE42`, `AVX`, `F16C`, `FMA` and `BMI2`.",
    },
    Mistake {
        finds: |attempt| match attempt.has("\"GGML_AVX512\"")
            || attempt.has("GGML_AVX512=")
            || attempt.has("GGML_AVX512:")
        {
            true => Vec::new(),
            false => attempt.with(&["GGML_AVX512_VNNI"]),
        },
        says: "`GGML_AVX512_VNNI` makes the compiler emit AVX-512 whether or not `GGML_AVX512` is on: on a CPU without it the program stops with `Illegal instruction`.",
    },
    Mistake {
        finds: |attempt| attempt.with(&["-march=native", "-mtune=native"]),
        says: "`-march=native` in `NIX_CFLAGS_COMPILE` does get past the compiler's wrapper, and that is the danger: the package depends on who built it, while its store path does not. Two machines, a cache or a remote builder hand each other code that stops with `Illegal instruction`. It also goes into the tools that run during the build. `--impure` has nothing to do with it.",
    },
    Mistake {
        finds: |attempt| attempt.find(|line| line.contains("filter") && line.contains("-DGGML_NATIVE=")),
        says: "This filter removes nothing: upstream's flag is spelt `-DGGML_NATIVE:BOOL=FALSE`. It does not matter either, because CMake takes the last flag of a name.",
    },
    Mistake {
        finds: |attempt| {
            attempt.with(&[
                "LLAMA_CUBLAS",
                "GGML_CUBLAS",
                "LLAMA_HIPBLAS",
                "GGML_HIPBLAS",
                "LLAMA_VULKAN",
                "LLAMA_AVX",
                "LLAMA_NATIVE",
            ])
        },
        says: "This flag was renamed. CMake passes over most old names in silence, which leaves a plain CPU build.",
    },
    Mistake {
        finds: |attempt| {
            attempt.find(|line| {
                line.contains("llamaPackagesCuda") || (line.contains(".packages.") && line.contains(".cuda"))
            })
        },
        says: "Upstream's ready-made CUDA package: with `follows` it does not evaluate on nixpkgs since autumn 2025 (`expected a set but found a list`, in its test for unfree licences). Nor is it prebuilt anywhere; it is compiled for a default list of capabilities, without Pascal and Volta, and a machine's own `cudaCapabilities` do not reach it. Its CPU code is plain SSE2.",
    },
    Mistake {
        finds: |attempt| {
            attempt.find(|line| {
                (line.contains(".packages.") && (line.contains(".vulkan") || line.contains(".rocm")))
                    || line.contains("llamaPackagesRocm")
            })
        },
        says: "A stock package of upstream's flake: its CPU code is plain SSE2, because a Nix build sets `SOURCE_DATE_EPOCH` and ggml then turns every instruction set off.",
    },
    Mistake {
        finds: |attempt| {
            attempt.find(|line| {
                let line = line.trim();
                let alias = attempt.has("prev") && line.starts_with("llama-cpp =") && !line.ends_with('{');
                let stock = line.contains("llama-cpp.overlays.default")
                    && (line.contains("overlays = [") || !line.contains(['=', ';']));
                alias || stock
            })
        },
        says: "This puts upstream's package in the place of `pkgs.llama-cpp`, whose arguments have other names: nixpkgs' `llama-cpp-rocm`, `llama-cpp-vulkan` and what else overrides it fail with `unexpected argument 'rocmSupport'`.",
    },
    Mistake {
        finds: |attempt| {
            attempt.find(|line| {
                ["prev.system", "final.system", "pkgs.system", "super.system", "self.system"]
                    .iter()
                    .any(|word| is_whole(line, word))
            })
        },
        says: "`system` is called `stdenv.hostPlatform.system` since October 2025; the old name gives a warning at every evaluation.",
    },
    Mistake {
        finds: |attempt| attempt.with(&["enableCurl"]),
        says: "`enableCurl` was removed from llama.cpp's package in January 2026: `unexpected argument 'enableCurl'`.",
    },
    Mistake {
        // nixpkgs' own package, which takes `rocmSupport`, wants a list.
        finds: |attempt| match attempt.has("rocmSupport") {
            true => Vec::new(),
            false => attempt.find(|line| line.contains("rocmGpuTargets") && line.contains('[')),
        },
        says: "Upstream's `rocmGpuTargets` is one string, with `;` between the targets; a list fails an assertion.",
    },
    Mistake {
        finds: |attempt| match attempt.find(|line| line.contains("import ") && line.contains("nixpkgs {")).is_empty() {
            true => Vec::new(),
            false => attempt.find(|line| line.trim_start().starts_with("}.llamaPackages")),
        },
        says: "`import nixpkgs { … }.llamaPackages` selects from the braces, not from the import: `attribute 'llamaPackages' missing`. It needs parentheses: `(import nixpkgs { … }).llamaPackages`.",
    },
    Mistake {
        finds: mixed_module,
        says: "A module that declares `options` has its settings under `config`: `Module … has an unsupported attribute`.",
    },
    Mistake {
        finds: |attempt| attempt.find(|line| is_whole(line, "hardware.nvidia.enable")),
        says: "There is no option `hardware.nvidia.enable`: the driver is loaded by `services.xserver.videoDrivers = [ \"nvidia\" ];`.",
    },
    Mistake {
        finds: |attempt| attempt.with(&["hardware.opengl"]),
        says: "`hardware.opengl` is called `hardware.graphics` since NixOS 24.11.",
    },
    Mistake {
        finds: |attempt| attempt.with(&["cuda-maintainers.cachix.org", "llama-cpp.cachix.org"]),
        says: "This cache is dead: `llama-cpp.cachix.org` since August 2025, `cuda-maintainers.cachix.org` answers 403. The CUDA team's cache is `cache.nixos-cuda.org`, and none holds llama.cpp itself.",
    },
];

/// Whether the word stands in the line and no longer name does: `prev.system`, not `prev.systemd`.
fn is_whole(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let next = line[start + word.len()..].chars().next();
        !next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '\''))
    })
}

/// Settings beside `options` at the top of a module.
fn mixed_module(attempt: &Attempt) -> Vec<usize> {
    let top = |line: &str, word: &str| {
        line.starts_with(&format!("  {word}")) && line[2 + word.len()..].starts_with(['.', ' ', '='])
    };
    let declares = !attempt.find(|line| top(line, "options")).is_empty();
    if !declares || attempt.has("  config =") {
        return Vec::new();
    }
    attempt.find(|line| ["nixpkgs", "environment", "services", "hardware"].iter().any(|word| top(line, word)))
}

pub(super) fn section(subject: &Subject, out: &mut Markdown) {
    let attempts =
        subject.request.options.remove.iter().filter_map(|path| Some((path, subject.request.files.get(path)?)));
    let mut heading = "## What the earlier attempt did wrong\n\n";
    for (path, text) in attempts {
        let findings = findings(text);
        if !findings.is_empty() {
            put!(out, heading, "In ", Markdown::code(path), ":\n\n", findings);
            heading = "\n";
        }
    }
}

/// The mistakes of one file, as a list.
fn findings(text: &str) -> Markdown {
    let attempt = Attempt::new(text);
    let mut out = Markdown::default();
    for mistake in MISTAKES {
        let lines = (mistake.finds)(&attempt);
        if !lines.is_empty() {
            put!(out, "- ");
            quoted(&attempt, &lines, &mut out);
            put!(out, ": ", Markdown::message(mistake.says), "\n");
        }
    }
    out
}

fn quoted(attempt: &Attempt, lines: &[usize], out: &mut Markdown) {
    if let ([first, .., last], true) = (lines, lines.len() > QUOTED) {
        return put!(out, "Lines ", first + 1, " to ", last + 1, " (", quote(attempt, *first), ", …)");
    }
    for (index, line) in lines.iter().enumerate() {
        put!(out, if index > 0 { ", " } else { "" }, "Line ", line + 1, " (", quote(attempt, *line), ")");
    }
}

fn quote(attempt: &Attempt, line: usize) -> impl Safe {
    const LONGEST: usize = 80;
    let line = attempt.lines.get(line).map_or("", |line| line.trim());
    let cut: String = line.chars().take(LONGEST).collect();
    let cut = if cut.len() < line.len() { format!("{cut}…") } else { cut };
    md!(Markdown::code(&cut))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn finds(text: &str, words: &[&str]) {
        let found = String::from(findings(text));
        let count = found.lines().filter(|line| line.starts_with("- ")).count();
        for word in words {
            assert!(found.contains(word), "{word} is not in:\n{found}");
        }
        assert_eq!(count, words.len(), "{found}");
    }

    #[test]
    fn native_is_named_with_the_switches_that_it_kills() {
        finds(
            "{\n  cmakeFlags = [\n    \"-DGGML_NATIVE=ON\"\n    \"-DGGML_AVX=ON\"\n  ];\n}",
            &[
                "Line 3 (`\"-DGGML_NATIVE=ON\"`): `GGML_NATIVE=ON` by itself gives plain SSE2",
                "Line 4 (`\"-DGGML_AVX=ON\"`): These switches had no effect",
            ],
        );
        finds("{ a = [ (lib.cmakeBool \"GGML_NATIVE\" true) ]; }", &["plain SSE2"]);
        finds("{ a = [ \"-DGGML_NATIVE=ON\" ]; env.NIX_ENFORCE_NO_NATIVE = 0; }", &[]);
    }

    #[test]
    fn comments_are_not_code() {
        finds("# \"-DGGML_NATIVE=ON\"\n/* enableCurl\n prev.system */\n{ a = 1; } # hardware.opengl", &[]);
        finds("/* a\n b */\n{ x = prev.system; }", &["Line 3"]);
    }

    #[test]
    fn each_known_mistake_is_recognised() {
        finds("[ \"-DGGML_AVX2=ON\" \"-DGGML_NATIVE=OFF\" ]", &["implies another"]);
        finds("[ \"-DGGML_AVX512_VNNI=ON\" ]", &["emit AVX-512"]);
        finds("{ NIX_CFLAGS_COMPILE = \"-march=native\"; }", &["`--impure` has nothing"]);
        finds("lib.filter (flag: flag != \"-DGGML_NATIVE=false\") old.cmakeFlags", &["removes nothing"]);
        finds("[ \"-DLLAMA_CUBLAS=ON\" ]", &["renamed"]);
        finds(
            "inputs.llama-cpp.legacyPackages.${system}.llamaPackagesCuda.llama-cpp",
            &["expected a set but found a list"],
        );
        finds("inputs.llama-cpp.packages.${system}.cuda", &["expected a set but found a list"]);
        finds("inputs.llama-cpp.packages.${system}.vulkan", &["stock package"]);
        finds("final: prev: {\n  llama-cpp = final.llama-cpp-cpu;\n}", &["rocmSupport"]);
        finds("{ a = inputs.llama-cpp.overlays.default final prev; }", &[]);
        finds("{ nixpkgs.overlays = [ inputs.llama-cpp.overlays.default ]; }", &["rocmSupport"]);
        finds("{ a = prev.system; }", &["stdenv.hostPlatform.system"]);
        finds("{ a = prev.systemd; }", &[]);
        finds("pkgs.llama-cpp.override { rocmSupport = true; rocmGpuTargets = [ \"gfx1100\" ]; }", &[]);
        finds("x.override { enableCurl = true; }", &["January 2026"]);
        finds("x.override { rocmGpuTargets = [ \"gfx1100\" ]; }", &["one string"]);
        finds("{\n  a = import inputs.nixpkgs {\n  }.llamaPackages;\n}", &["parentheses"]);
        finds("{ lib, ... }:\n{\n  options.x = 1;\n  nixpkgs.overlays = [ ];\n}", &["unsupported attribute"]);
        finds("{ a = config.hardware.nvidia.enable; }", &["no option"]);
        finds("{ hardware.opengl.enable = true; }", &["24.11"]);
        finds("{ a = \"https://cuda-maintainers.cachix.org\"; }", &["403"]);
    }

    #[test]
    fn what_is_right_is_not_blamed() {
        finds(
            "{ cmakeFlags = [ \"-DGGML_NATIVE=OFF\" \"-DGGML_SSE42=ON\" \"-DGGML_AVX=ON\" \"-DGGML_F16C=ON\" \"-DGGML_FMA=ON\" \"-DGGML_BMI2=ON\" \"-DGGML_AVX2=ON\" \"-DGGML_AVX512=ON\" \"-DGGML_AVX512_VNNI=ON\" ]; }",
            &[],
        );
    }
}
