//! The switches of the build, in both styles and with each era: the flags of the derivation.

use std::collections::BTreeMap;

use llama_fleet::request::{Choice, Machine, Options, Request, Style, Variant};
use serde_json::Value;

use crate::evaluator;
use crate::expect::{flag, strings};
use crate::fleet::{ERAS, Era, OnDisk, after, complete, files_of, observe_all};

/// A fleet of these machines, planned in both styles and evaluated with each era; `look` sees every machine.
fn each(machines: &[(&str, Machine)], mut look: impl FnMut(&str, &Value, Era, &Options)) {
    if !evaluator::is_there() {
        return;
    }
    let mut fleets = Vec::new();
    let mut kinds = Vec::new();
    for style in [Style::Module, Style::Overlay] {
        for alias in [true, false] {
            let options = Options { style, alias, ..Options::default() };
            let machines: BTreeMap<String, Machine> =
                machines.iter().map(|(name, machine)| ((*name).to_owned(), machine.clone())).collect();
            let systems = machines.iter().map(|(name, machine)| (name.as_str(), machine.system.as_deref()));
            let request = Request {
                files: files_of(systems),
                machines: machines.clone(),
                options: options.clone(),
                ..Request::default()
            };
            let result = after(&request, &complete(&request));
            for era in ERAS {
                fleets.push((format!("{style:?}, alias {alias}"), OnDisk::write(&result), era));
                kinds.push((era, options.clone()));
            }
        }
    }
    for (value, (era, options)) in observe_all(&fleets).iter().zip(kinds) {
        for (name, _) in machines {
            look(name, &value[*name], era, &options);
        }
    }
}

fn with(variant: Variant, switches: &[(&str, Choice)]) -> Machine {
    let mut machine = Machine::new(variant);
    match variant {
        Variant::Cuda => machine.cuda_capabilities = vec!["8.6".into()],
        Variant::Rocm => machine.rocm_targets = vec!["gfx906".into()],
        Variant::Cpu | Variant::Vulkan => {}
    }
    switches.iter().for_each(|(name, choice)| machine.switches.set(name, choice.clone()));
    machine
}

fn on() -> Choice {
    Choice::Flag(true)
}

fn text(text: &str) -> Choice {
    Choice::Text(text.to_owned())
}

#[test]
fn each_switch_reaches_cmake_and_no_other_machine() {
    let pairs = [("GGML_CUDA_FORCE_MMQ", "ON"), ("LLAMA_BUILD_TESTS", "OFF"), ("CMAKE_CXX_FLAGS", "-mtune=znver3")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let machines = [
        ("plain", with(Variant::Cuda, &[])),
        ("quants", with(Variant::Cuda, &[("flash_attention_quants", on()), ("tests", on())])),
        ("graphs", with(Variant::Rocm, &[("hip_graphs", on())])),
        ("openblas", with(Variant::Vulkan, &[("blas", text("openblas"))])),
        ("blis", with(Variant::Cpu, &[("blas", text("blis"))])),
        ("bare", with(Variant::Cpu, &[("blas", text("off"))])),
        ("others", with(Variant::Cuda, &[("tests", on()), ("cmake", Choice::Pairs(pairs.into()))])),
    ];
    each(&machines, |name, seen, era, options| {
        let (_, machine) = machines.iter().find(|(own, _)| *own == name).expect("one of them");
        let package = &seen["packages"][format!("llama-cpp-{}", machine.variant.name())];
        let expected: &[(&str, Option<&str>)] = match name {
            "plain" => {
                &[("GGML_CUDA_FA_ALL_QUANTS", None), ("LLAMA_BUILD_TESTS", Some("FALSE")), ("GGML_BLAS_VENDOR", None)]
            }
            "quants" => &[
                ("GGML_CUDA_FA_ALL_QUANTS", Some("TRUE")),
                ("LLAMA_BUILD_TESTS", Some("TRUE")),
                ("LLAMA_BUILD_EXAMPLES", Some("TRUE")),
            ],
            "graphs" => &[("GGML_HIP_GRAPHS", Some("TRUE")), ("GGML_BLAS", Some("FALSE"))],
            "openblas" => &[("GGML_BLAS", Some("TRUE")), ("GGML_BLAS_VENDOR", Some("OpenBLAS"))],
            "blis" => &[("GGML_BLAS", Some("TRUE")), ("GGML_BLAS_VENDOR", Some("FLAME"))],
            "bare" => &[("GGML_BLAS", Some("FALSE")), ("GGML_BLAS_VENDOR", None)],
            // the last flag of a name wins, and these are last
            _ => &[
                ("GGML_CUDA_FORCE_MMQ", Some("ON")),
                ("LLAMA_BUILD_TESTS", Some("OFF")),
                ("CMAKE_CXX_FLAGS", Some("-mtune=znver3")),
            ],
        };
        for (switch, value) in expected {
            assert_eq!(flag(package, switch), *value, "{name}, {:?}, {era:?}: {switch}", options.style);
        }
        let inputs = strings(&package["inputs"]);
        for library in ["openblas", "blis"] {
            let has = inputs.iter().any(|input| input.starts_with(library));
            assert_eq!(has, name == library, "{name}, {era:?}: {inputs:?}");
        }
    });
}

#[test]
fn a_machine_lends_its_devices_to_the_server_of_another() {
    let address = text("0.0.0.0:50052");
    let machines = [
        ("worker", with(Variant::Rocm, &[("rpc", on()), ("rpc_worker", address)])),
        ("server", with(Variant::Cuda, &[("rpc", on())])),
        ("other", with(Variant::Cuda, &[])),
    ];
    each(&machines, |name, seen, era, options| {
        let place = format!("{name}, {:?}, {era:?}", options.style);
        let variant = if name == "worker" { "rocm" } else { "cuda" };
        let package = &seen["packages"][format!("llama-cpp-{variant}")];
        assert_eq!(flag(package, "GGML_RPC") == Some("TRUE"), name != "other", "{place}");
        let installs = package["postInstall"].as_str().is_some_and(|text| text.contains("$out/bin/llama-rpc-server"));
        assert_eq!(installs, name != "other", "{place}");
        let unit = &seen["worker"];
        match name {
            "worker" => {
                let command = unit["serviceConfig"]["ExecStart"].as_str().expect("a command");
                let program = package["path"].as_str().expect("a path");
                assert_eq!(command, format!("{program}/bin/llama-rpc-server --host 0.0.0.0 --port 50052"), "{place}");
            }
            _ => assert_eq!(*unit, Value::Null, "{place}"),
        }
    });
}
