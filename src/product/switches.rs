//! The switches of a build: options that ask for one thing each. A row here is all there is of one.
//!
//! The request reads its field by the row's name, the module declares it, the overlay takes it, a machine's file sets it,
//! the guide tells of it, and the form shows it below "More", all from the row. To add one, add its row.
//!
//! Not offered: `LLAMA_LLGUIDANCE`, which clones a repository and runs cargo in the middle of the build (`ExternalProject`
//! in llama.cpp's `common/CMakeLists.txt`), and `GGML_CPU_KLEIDIAI`, which downloads while it is configured: a Nix build has
//! no network.

use super::rpc;
use super::switch::{Choice, Kind, Switch, Switches, Wrong};
use crate::report::Severity;
use crate::request::Variant;

/// Every switch, in the order in which they are shown and written. The last one's flags win over all others.
pub const SWITCHES: &[Switch] = &[
    Switch {
        name: "cuda_toolkit",
        kind: Kind::Text("cudaPackages_13_0"),
        label: "CUDA toolkit",
        help: "The version that nixpkgs has under this name. By default the machine's own `cudaPackages`, as its\noverlays \
               choose it; another one only for cards that this one does not serve.",
        backends: &[Variant::Cuda],
        check: toolkit,
        option: &["cuda", "toolkit"],
        parameter: "cudaToolkit",
        example: "\"cudaPackages_13_0\"",
        arguments: "",
        flags: "",
        attributes: "",
        shows: |_| Vec::new(),
    },
    Switch {
        name: "flash_attention_quants",
        kind: Kind::Flag,
        label: "All quantisations of the KV cache for flash attention",
        help: "Compiles flash attention for every pair of cache types, not only those of equal kind. The\nbuild takes \
               several times as long.",
        backends: &[Variant::Cuda, Variant::Rocm],
        check: |_, _| Vec::new(),
        option: &["cuda", "flashAttentionQuants"],
        parameter: "flashAttentionQuants",
        example: "true",
        arguments: "",
        flags: "lib.optional flashAttentionQuants (lib.cmakeBool \"GGML_CUDA_FA_ALL_QUANTS\" true)",
        attributes: "",
        shows: |_| vec!["-DGGML_CUDA_FA_ALL_QUANTS:BOOL=TRUE".to_owned()],
    },
    Switch {
        name: "hip_graphs",
        kind: Kind::Flag,
        label: "HIP graphs",
        help: "Hands the GPU its work in graphs, not kernel by kernel. Some cards write a tenth faster with it;\nllama.cpp \
               calls it experimental.",
        backends: &[Variant::Rocm],
        check: |_, _| Vec::new(),
        option: &["rocm", "graphs"],
        parameter: "hipGraphs",
        example: "true",
        arguments: "",
        flags: "lib.optional hipGraphs (lib.cmakeBool \"GGML_HIP_GRAPHS\" true)",
        attributes: "",
        shows: |_| vec!["-DGGML_HIP_GRAPHS:BOOL=TRUE".to_owned()],
    },
    Switch {
        name: "blas",
        kind: Kind::OneOf(&[("off", "none"), ("openblas", "OpenBLAS"), ("blis", "BLIS")]),
        label: "BLAS library",
        help: "The library that reads long prompts on the CPU. By default nixpkgs' own choice, mostly OpenBLAS,\nwithout a \
               GPU backend, and none beside one.",
        backends: &[],
        check: |_, _| Vec::new(),
        option: &["blas"],
        parameter: "blas",
        example: "\"openblas\"",
        arguments: "// lib.optionalAttrs (blas != null) { useBlas = blas != \"off\"; }\n// lib.optionalAttrs (blas != null \
                    && blas != \"off\") { blas = final.${blas}; }",
        flags: "lib.optional (blas == \"openblas\") (lib.cmakeFeature \"GGML_BLAS_VENDOR\" \"OpenBLAS\")\n++ lib.optional \
                (blas == \"blis\") (lib.cmakeFeature \"GGML_BLAS_VENDOR\" \"FLAME\")",
        attributes: "",
        shows: |choice| match choice.text() {
            "openblas" => vec!["-DGGML_BLAS:BOOL=TRUE".to_owned(), "-DGGML_BLAS_VENDOR:STRING=OpenBLAS".to_owned()],
            "blis" => vec!["-DGGML_BLAS:BOOL=TRUE".to_owned(), "-DGGML_BLAS_VENDOR:STRING=FLAME".to_owned()],
            _ => vec!["-DGGML_BLAS:BOOL=FALSE".to_owned()],
        },
    },
    Switch {
        name: "rpc",
        kind: Kind::Flag,
        label: "RPC",
        help: "Lets llama-server use the devices of other machines (--rpc), and adds the program that lends them,\n\
               llama-rpc-server.",
        backends: &[],
        check: |_, _| Vec::new(),
        option: &["rpc"],
        parameter: "rpc",
        example: "true",
        arguments: "",
        flags: "lib.optional rpc (lib.cmakeBool \"GGML_RPC\" true)",
        // the worker was renamed, and is not installed by every revision
        attributes: "// lib.optionalAttrs rpc {\n  postInstall = old.postInstall or \"\" + ''\n    for name in rpc-server \
                     ggml-rpc-server; do\n      if [ -e bin/$name ]; then\n        install -m 755 bin/$name \
                     $out/bin/llama-rpc-server\n      fi\n    done\n  '';\n}",
        shows: |_| vec!["-DGGML_RPC:BOOL=TRUE".to_owned()],
    },
    Switch {
        name: "rpc_worker",
        kind: Kind::Text("0.0.0.0:50052"),
        label: "RPC worker, listening on",
        help: "Runs llama-rpc-server as a service, for another machine's llama-server. It asks for no key.",
        backends: &[],
        check: rpc::check,
        option: &[],
        parameter: "",
        example: "",
        arguments: "",
        flags: "",
        attributes: "",
        shows: |_| Vec::new(),
    },
    Switch {
        name: "tests",
        kind: Kind::Flag,
        label: "Tests and examples",
        help: "Builds and installs llama.cpp's own tests and examples, test-backend-ops among them. The build\ntakes \
               longer.",
        backends: &[],
        check: |_, _| Vec::new(),
        option: &["tests"],
        parameter: "tests",
        example: "true",
        arguments: "",
        flags: "lib.optionals tests [\n  (lib.cmakeBool \"LLAMA_BUILD_TESTS\" true)\n  (lib.cmakeBool \
                \"LLAMA_BUILD_EXAMPLES\" true)\n]",
        attributes: "",
        shows: |_| vec!["-DLLAMA_BUILD_TESTS:BOOL=TRUE".to_owned(), "-DLLAMA_BUILD_EXAMPLES:BOOL=TRUE".to_owned()],
    },
    Switch {
        name: "cmake",
        kind: Kind::Pairs("GGML_CUDA_FORCE_MMQ=ON"),
        label: "Other CMake switches",
        help: "Handed to CMake as they are, last, at your own risk. CMake ignores a name that it does not know;\nthe \
               build's log then tells of variables that were not used.",
        backends: &[],
        check: cmake,
        option: &["cmakeFlags"],
        parameter: "cmakeFlags",
        example: "{\n  GGML_CUDA_FORCE_MMQ = \"ON\";\n}",
        arguments: "",
        flags: "lib.mapAttrsToList lib.cmakeFeature cmakeFlags",
        attributes: "",
        shows: |choice| choice.pairs().map(|(name, value)| format!("-D{name}:STRING={value}")).collect(),
    },
];

/// The switch of this name in a request.
pub fn switch(name: &str) -> Option<&'static Switch> {
    SWITCHES.iter().find(|switch| switch.name == name)
}

/// nixpkgs calls its toolkits `cudaPackages`, `cudaPackages_13` and `cudaPackages_13_0`.
fn toolkit(choice: &Choice, _: &Switches) -> Vec<Wrong> {
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let version = choice.text().strip_prefix("cudaPackages");
    if version
        .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('_').is_some_and(|v| v.split('_').all(is_number)))
    {
        return Vec::new();
    }
    let message = "This is no name of a CUDA toolkit in nixpkgs.".to_owned();
    vec![Wrong {
        severity: Severity::Error,
        message,
        hint: "cudaPackages_12_9, cudaPackages_13 or the like".to_owned(),
    }]
}

/// Switches of CMake that a Nix build cannot have, or that are chosen elsewhere, each with why.
const NOT_HERE: [(&str, &str); 8] = [
    ("LLAMA_LLGUIDANCE", "it clones a repository while it builds, and a Nix build has no network"),
    ("GGML_CPU_KLEIDIAI", "it downloads while it is configured, and a Nix build has no network"),
    ("GGML_NATIVE", "nixpkgs' compiler drops `-march=native`; choose the CPU instead"),
    ("GGML_CPU_ALL_VARIANTS", "the choice of the CPU decides it"),
    ("GGML_CUDA", "the backend decides it"),
    ("GGML_HIP", "the backend decides it"),
    ("GGML_VULKAN", "the backend decides it"),
    ("BUILD_SHARED_LIBS", "backends that are loaded at start are shared libraries"),
];

fn cmake(choice: &Choice, _: &Switches) -> Vec<Wrong> {
    let mut found = Vec::new();
    for (name, value) in choice.pairs() {
        let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        let error = |message: String, hint: &str| Wrong { severity: Severity::Error, message, hint: hint.to_owned() };
        if !is_name {
            let message = format!("`{}` is no name of a CMake switch.", name.escape_debug());
            found.push(error(message, "capital letters, digits and `_`, for instance GGML_CUDA_FORCE_MMQ"));
        } else if value.is_empty() || value.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let message = format!("The value of {name} is empty or has blanks, which would make several flags of it.");
            found.push(error(message, "a value in one word, for instance ON"));
        } else if let Some((_, why)) = NOT_HERE.iter().find(|(known, _)| *known == name) {
            found.push(error(format!("{name} cannot be chosen here: {why}."), "leave it out"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)]) -> Vec<String> {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        cmake(&Choice::Pairs(pairs), &Switches::default()).into_iter().map(|wrong| wrong.message).collect()
    }

    #[test]
    fn a_cmake_switch_is_a_name_and_a_value_in_one_word() {
        assert!(of(&[("GGML_CUDA_FORCE_MMQ", "ON"), ("CMAKE_CXX_FLAGS", "-mtune=znver4")]).is_empty());
        for wrong in
            [("ggml_x", "ON"), ("GGML X", "ON"), ("", "ON"), ("GGML_X", ""), ("GGML_X", "a b"), ("GGML_X", "\n")]
        {
            assert_eq!(of(&[wrong]).len(), 1, "{wrong:?}");
        }
    }

    #[test]
    fn a_toolkit_is_named_as_nixpkgs_names_it() {
        let is_good = |text: &str| toolkit(&Choice::Text(text.into()), &Switches::default()).is_empty();
        assert!(["cudaPackages", "cudaPackages_13", "cudaPackages_12_9"].into_iter().all(is_good));
        assert!(
            !["13.0", "cudaPackages_", "cudaPackages_13.0", "cudatoolkit", "cudaPackages; x"].into_iter().any(is_good)
        );
    }

    #[test]
    fn what_a_nix_build_cannot_have_is_refused_with_the_reason() {
        assert!(of(&[("LLAMA_LLGUIDANCE", "ON")])[0].contains("no network"));
        assert!(of(&[("GGML_NATIVE", "ON")])[0].contains("-march=native"));
    }

    #[test]
    fn no_two_rows_share_a_name_an_option_or_a_parameter() {
        for (index, row) in SWITCHES.iter().enumerate() {
            let others = &SWITCHES[index + 1..];
            assert!(others.iter().all(|other| other.name != row.name), "{}", row.name);
            let of_build = |other: &&Switch| !other.option.is_empty();
            assert!(others.iter().filter(of_build).all(|other| other.option != row.option), "{:?}", row.option);
            assert!(others.iter().filter(of_build).all(|other| other.parameter != row.parameter), "{}", row.parameter);
        }
    }

    #[test]
    fn what_is_written_of_a_switch_is_read_back() {
        let pairs = [("GGML_A", "ON"), ("CMAKE_CXX_FLAGS", "-mtune=\"x\"\\${y}")];
        let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        for (kind, choice) in [
            (Kind::Flag, Choice::Flag(true)),
            (Kind::Text(""), Choice::Text("cudaPackages_13_0".into())),
            (Kind::Pairs(""), Choice::Pairs(pairs)),
        ] {
            assert_eq!(kind.of_nix(&choice.nix()), Some(choice));
        }
    }
}
