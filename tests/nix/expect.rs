//! What a machine must be after a plan, said without the code that writes it.

use llama_fleet::request::{Cpu, Install, Machine, Options, Style, Variant};
use serde_json::Value;

use crate::fleet::Era;

/// ggml's x86 switches, and those of some CPUs: as gcc's and clang's predefined macros have them.
const SWITCHES: [&str; 14] = [
    "SSE42",
    "AVX",
    "F16C",
    "FMA",
    "BMI2",
    "AVX2",
    "AVX_VNNI",
    "AVX512",
    "AVX512_VBMI",
    "AVX512_VNNI",
    "AVX512_BF16",
    "AMX_TILE",
    "AMX_INT8",
    "AMX_BF16",
];
const V3: &str = "SSE42 AVX F16C FMA BMI2 AVX2";

fn features_of(march: &str) -> Vec<&'static str> {
    let more = match march {
        "haswell" | "znver3" => "",
        "alderlake" => "AVX_VNNI",
        "tigerlake" => "AVX512 AVX512_VBMI AVX512_VNNI",
        "znver4" => "AVX512 AVX512_VBMI AVX512_VNNI AVX512_BF16",
        "znver5" => "AVX_VNNI AVX512 AVX512_VBMI AVX512_VNNI AVX512_BF16",
        other => panic!("no row for {other}"),
    };
    V3.split(' ').chain(more.split_whitespace()).collect()
}

/// One machine as it was seen, with what is expected of it.
pub struct Seen<'a> {
    pub name: &'a str,
    /// Where this is, for messages.
    pub place: &'a str,
    pub machine: &'a Machine,
    pub options: &'a Options,
    pub era: Era,
    pub value: &'a Value,
}

/// The value of a CMake variable: of several, the last one counts.
pub fn flag<'a>(package: &'a Value, name: &str) -> Option<&'a str> {
    let flags = package["cmakeFlags"].as_array().expect("cmakeFlags");
    flags.iter().rev().filter_map(Value::as_str).find_map(|flag| {
        let (left, value) = flag.strip_prefix("-D")?.split_once('=')?;
        (left.split(':').next() == Some(name)).then_some(value)
    })
}

pub fn strings(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

impl Seen<'_> {
    fn place(&self) -> String {
        format!("{} {:?} with {:?}", self.place, self.machine.cpu, self.era)
    }

    fn package(&self, variant: Variant) -> &Value {
        let package = &self.value["packages"][format!("llama-cpp-{}", variant.name())];
        assert_eq!(package["pname"], "llama-cpp", "{}: llama-cpp-{} is not upstream's", self.place(), variant.name());
        package
    }

    fn own(&self) -> &Value {
        self.package(self.machine.variant)
    }

    /// Everything that can be expected of a chosen machine.
    pub fn check(&self) {
        self.check_packages();
        self.check_install();
        self.check_drivers();
        self.check_server();
        if self.options.style == Style::Module {
            assert_eq!(self.value["variant"], self.machine.variant.name(), "{}", self.place());
            assert_eq!(self.value["chosen"], self.own()["path"], "{}", self.place());
        }
    }

    /// The five names: what they are built with.
    pub fn check_packages(&self) {
        for variant in Variant::ALL {
            let package = self.package(variant);
            self.check_backend(package, variant);
            self.check_cpu(package);
            for name in ["LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES"] {
                assert_eq!(flag(package, name), Some("FALSE"), "{}: {name}", self.place());
            }
        }
        self.check_capabilities();
        self.check_targets();
        self.check_alias();
    }

    /// Each backend is on in its variant and off, explicitly, in the others.
    fn check_backend(&self, package: &Value, variant: Variant) {
        let is = |wanted: Variant| if variant == wanted { "TRUE" } else { "FALSE" };
        for (name, wanted) in
            [("GGML_CUDA", Variant::Cuda), ("GGML_HIP", Variant::Rocm), ("GGML_VULKAN", Variant::Vulkan)]
        {
            assert_eq!(flag(package, name), Some(is(wanted)), "{}: {name} of {variant:?}", self.place());
        }
    }

    fn check_cpu(&self, package: &Value) {
        let place = self.place();
        let native = self.machine.cpu == Cpu::Native;
        assert_eq!(flag(package, "GGML_NATIVE"), Some(if native { "TRUE" } else { "FALSE" }), "{place}");
        assert_eq!(package["local"], native, "{place}: built and kept on its own machine only if native");
        let env = |name: &str| package["env"][name].as_str();
        assert_eq!(env("NIX_ENFORCE_NO_NATIVE"), native.then_some("0"), "{place}: or the wrapper drops -march=native");
        assert_eq!(env("LLAMA_CPP_NATIVE_FOR"), native.then_some(self.name), "{place}: no two machines share it");

        let dispatch = self.machine.cpu == Cpu::Dispatch;
        for name in ["GGML_BACKEND_DL", "GGML_CPU_ALL_VARIANTS"] {
            assert_eq!(flag(package, name), dispatch.then_some("TRUE"), "{place}: {name}");
        }
        let folder = flag(package, "GGML_BACKEND_DIR");
        assert_eq!(folder.is_some_and(|folder| folder.ends_with("/lib/ggml")), dispatch, "{place}: {folder:?}");

        let features = match &self.machine.cpu {
            Cpu::March { march } => Some(features_of(march)),
            Cpu::Features { features } => Some(features.iter().map(String::as_str).collect()),
            Cpu::Baseline => Some(Vec::new()),
            Cpu::Dispatch | Cpu::Arm { .. } | Cpu::Native => None,
        };
        for name in SWITCHES {
            let expected = features.as_ref().map(|on| if on.contains(&name) { "TRUE" } else { "FALSE" });
            assert_eq!(flag(package, &format!("GGML_{name}")), expected, "{place}: GGML_{name}");
        }
        let arch = match &self.machine.cpu {
            Cpu::Arm { arch } => Some(arch.as_str()),
            _ => None,
        };
        assert_eq!(flag(package, "GGML_CPU_ARM_ARCH"), arch, "{place}");
    }

    fn check_capabilities(&self) {
        let package = self.package(Variant::Cuda);
        let expected = match self.capabilities() {
            [] => "75;80;86;89;90".to_owned(),
            capabilities => capabilities.join(";").replace('.', ""),
        };
        assert_eq!(flag(package, "CMAKE_CUDA_ARCHITECTURES"), Some(expected.as_str()), "{}", self.place());
        let toolkit = match self.capabilities().first().map(String::as_str) {
            Some("5.2" | "6.1" | "7.0") => "12.9",
            Some("11.0") => "13.0",
            _ if self.era.nixpkgs == "26.11" => "13.0",
            _ => "12.9",
        };
        let inputs = strings(&package["inputs"]);
        assert!(inputs.contains(&format!("libcublas {toolkit}").as_str()), "{}: {inputs:?}", self.place());
    }

    fn capabilities(&self) -> &[String] {
        if self.machine.variant == Variant::Cuda { &self.machine.cuda_capabilities } else { &[] }
    }

    fn check_targets(&self) {
        let package = self.package(Variant::Rocm);
        let is_rocm = self.machine.variant == Variant::Rocm;
        let expected = match self.machine.rocm_targets.as_slice() {
            targets if is_rocm && !targets.is_empty() => targets.join(";"),
            _ => "gfx906;gfx1030;gfx1100".to_owned(),
        };
        assert_eq!(flag(package, "CMAKE_HIP_ARCHITECTURES"), Some(expected.as_str()), "{}", self.place());
        if is_rocm && self.era.nixpkgs != "25.05" {
            let compiler = flag(package, "CMAKE_HIP_COMPILER");
            assert!(compiler.is_some_and(|path| path.ends_with("/clang++")), "{}: {compiler:?}", self.place());
        }
    }

    /// `llama-cpp` is the machine's own variant and still takes nixpkgs' override arguments; or it is nixpkgs'.
    fn check_alias(&self) {
        let place = self.place();
        let alias = &self.value["packages"]["llama-cpp"];
        if !self.options.alias {
            assert_eq!(alias["pname"], "nixpkgs-llama-cpp", "{place}");
            return;
        }
        assert_eq!(alias["path"], self.own()["path"], "{place}");
        for variant in [Variant::Cuda, Variant::Rocm, Variant::Vulkan] {
            let overridden = &self.value["overridden"][variant.name()];
            assert_eq!(overridden["path"], self.package(variant)["path"], "{place}: override to {variant:?}");
        }
        assert!(self.value["overridden"]["tabby"].is_string(), "{place}: nixpkgs' packages that override llama-cpp");
    }

    fn check_install(&self) {
        let place = self.place();
        let own = self.own()["path"].as_str().expect("a path");
        let times = |value: &Value| strings(value).iter().filter(|path| **path == own).count();
        let (system, home) = match &self.machine.install {
            Install::System => (1, 0),
            Install::Home(user) => {
                let homes = times(&self.value["homes"][user]) + times(&self.value["users"][user]);
                assert_eq!(homes, 1, "{place}: packages of {user}");
                (0, 1)
            }
            Install::None => (0, 0),
        };
        assert_eq!(times(&self.value["installed"]), system, "{place}: systemPackages");
        if home == 0 {
            assert!(!self.value["homes"].to_string().contains(own), "{place}: no home was asked for");
        }
    }

    fn check_drivers(&self) {
        let place = self.place();
        let nvidia = self.machine.drivers && self.machine.variant == Variant::Cuda && !self.is_jetson();
        let drivers = strings(&self.value["videoDrivers"]);
        assert_eq!(drivers.contains(&"nvidia"), nvidia, "{place}: {drivers:?}");
        assert_eq!(self.value["unfree"], nvidia, "{place}: unfree only where the driver is");
        let graphics = self.machine.drivers && self.machine.variant != Variant::Cpu;
        assert_eq!(self.value["graphics"], graphics, "{place}");
        if nvidia {
            let old = matches!(self.capabilities().first().map(String::as_str), Some("5.2" | "6.1" | "7.0"));
            assert_eq!(self.value["nvidia"]["open"], !old, "{place}");
            let driver = match (self.era.nixpkgs, old) {
                ("25.05", _) => "570",
                ("25.11", _) | (_, true) => "580",
                _ => "595",
            };
            assert_eq!(self.value["nvidia"]["driver"], driver, "{place}");
        }
        let caches = strings(&self.value["caches"]);
        let wanted = self.options.binary_caches && self.machine.variant == Variant::Cuda;
        assert_eq!(caches.contains(&"https://cache.nixos-cuda.org"), wanted, "{place}: {caches:?}");
        assert!(!caches.iter().any(|cache| cache.contains("cachix.org")), "{place}: dead caches");
        if self.machine.drivers && self.machine.cpu != Cpu::Native && !self.is_jetson() {
            assert_eq!(self.value["warnings"], Value::Array(Vec::new()), "{place}");
        }
    }

    fn is_jetson(&self) -> bool {
        matches!(self.capabilities().first().map(String::as_str), Some("8.7" | "11.0"))
    }

    fn check_server(&self) {
        let place = self.place();
        let Some(server) = &self.machine.server else {
            assert_eq!(self.value["server"], Value::Null, "{place}");
            return;
        };
        let seen = &self.value["server"];
        assert_eq!(seen["package"], self.own()["path"], "{place}: the service runs the machine's own variant");
        let command = seen["service"]["serviceConfig"]["ExecStart"].as_str().expect("a command");
        for part in [server.host.clone(), server.port.to_string(), server.model.clone().unwrap_or_default()] {
            assert!(command.contains(&part), "{place}: {part} in {command}");
        }
        let gpu = matches!(self.machine.variant, Variant::Vulkan | Variant::Rocm);
        let proc = seen["service"]["serviceConfig"]["ProcSubset"].as_str();
        assert_eq!(proc, Some(if gpu { "all" } else { "pid" }), "{place}");
    }
}
