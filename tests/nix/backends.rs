//! Several backends in one package: the flags, drivers and names of each, in both styles and with each era.

use std::collections::BTreeMap;

use llama_fleet::request::{Cpu, Install, Machine, Options, Place, Request, Server, Style, Variant};

use crate::evaluator;
use crate::expect::{flag, strings};
use crate::fleet::{ERAS, OnDisk, after, complete, files_of, observe_all};

/// The machine of two people's question: an RTX 3080 Ti and an Instinct MI50.
fn both() -> Machine {
    let mut machine = Machine::new(Variant::Cuda);
    machine.also = vec![Variant::Rocm];
    machine.cuda_capabilities = vec!["8.6".into()];
    machine.rocm_targets = vec!["gfx906".into()];
    machine
}

fn machines() -> BTreeMap<String, Machine> {
    let mut exact = both();
    exact.cpu = Cpu::March { march: "znver3".into() };
    exact.install = Install::Home("alice".into());
    exact.server = Some(Server { model: Some("/srv/m.gguf".into()), ..Server::default() });
    let mut vulkan = Machine::new(Variant::Vulkan);
    vulkan.also = vec![Variant::Cuda];
    vulkan.cuda_capabilities = vec!["6.1".into()];
    let mut all = Machine::new(Variant::Rocm);
    all.also = vec![Variant::Vulkan, Variant::Cuda];
    let alone = Machine { also: Vec::new(), ..both() };
    [("both", both()), ("exact", exact), ("vulkan", vulkan), ("all", all), ("alone", alone)]
        .map(|(name, machine)| (name.to_owned(), machine))
        .into()
}

#[test]
fn every_backend_of_a_machine_is_in_its_one_package() {
    if !evaluator::is_there() {
        return;
    }
    let mut fleets = Vec::new();
    let mut kinds = Vec::new();
    for (style, place) in
        [(Style::Module, Place::Machines), (Style::Overlay, Place::Machines), (Style::Module, Place::Shared)]
    {
        for alias in [true, false] {
            let options = Options { style, place, alias, ..Options::default() };
            let machines = machines();
            let files = files_of(machines.keys().map(|name| (name.as_str(), None)));
            let request = Request { files, machines, options, ..Request::default() };
            let result = after(&request, &complete(&request));
            for era in ERAS {
                fleets.push((format!("{style:?}, {place:?}, alias {alias}"), OnDisk::write(&result), era));
                kinds.push((style, alias));
            }
        }
    }
    for ((value, (what, _, era)), (style, alias)) in observe_all(&fleets).iter().zip(&fleets).zip(kinds) {
        for (name, machine) in machines() {
            let place = format!("{name}, {what}, {era:?}");
            let seen = &value[&name];
            let package = &seen["packages"][machine.package_name()];
            for (switch, backend) in
                [("GGML_CUDA", Variant::Cuda), ("GGML_HIP", Variant::Rocm), ("GGML_VULKAN", Variant::Vulkan)]
            {
                let wanted = if machine.uses(backend) { "TRUE" } else { "FALSE" };
                assert_eq!(flag(package, switch), Some(wanted), "{place}: {switch}");
            }
            assert_eq!(flag(package, "GGML_BACKEND_DL"), Some("TRUE"), "{place}");
            assert!(flag(package, "GGML_BACKEND_DIR").is_some_and(|path| path.ends_with("/lib/ggml")), "{place}");
            let architectures = flag(package, "CMAKE_CUDA_ARCHITECTURES");
            match machine.cuda_capabilities.first() {
                Some(capability) => assert_eq!(architectures, Some(&*capability.replace('.', "")), "{place}"),
                None => assert!(architectures.is_some_and(|all| all.contains(';')), "{place}"),
            }
            let targets = flag(package, "CMAKE_HIP_ARCHITECTURES");
            assert_eq!(targets.is_some(), machine.uses(Variant::Rocm), "{place}");
            if machine.uses(Variant::Rocm) && !machine.rocm_targets.is_empty() {
                assert_eq!(targets, Some("gfx906"), "{place}");
            }
            let exact = machine.cpu != Cpu::Dispatch;
            assert_eq!(flag(package, "GGML_CPU_ALL_VARIANTS"), (!exact).then_some("TRUE"), "{place}");
            assert_eq!(flag(package, "GGML_AVX2"), exact.then_some("TRUE"), "{place}");
            let inputs = strings(&package["inputs"]);
            let has = |part: &str| inputs.iter().any(|input| input.starts_with(part));
            assert_eq!((has("libcublas"), has("hipblas")), (true, machine.uses(Variant::Rocm)), "{place}: {inputs:?}");

            // it is the one that is installed, served and meant by the alias
            let path = package["path"].as_str().expect("a path");
            let installed = match &machine.install {
                Install::Home(user) => strings(&seen["homes"][user]),
                _ => strings(&seen["installed"]),
            };
            assert_eq!(installed.iter().filter(|known| **known == path).count(), 1, "{place}");
            if alias {
                assert_eq!(seen["packages"]["llama-cpp"]["path"], path, "{place}");
                let rocm = &seen["packages"]["llama-cpp-rocm"]["path"];
                assert_eq!(seen["overridden"]["rocm"]["path"], *rocm, "{place}: override to one backend");
            }
            if style == Style::Module {
                assert_eq!(seen["chosen"], path, "{place}");
            }
            if machine.server.is_some() {
                assert_eq!(seen["server"]["package"], path, "{place}");
                assert_eq!(seen["server"]["service"]["serviceConfig"]["ProcSubset"], "all", "{place}");
            }
            assert!(strings(&seen["videoDrivers"]).contains(&"nvidia"), "{place}");
            assert_eq!((&seen["unfree"], &seen["graphics"]), (&true.into(), &true.into()), "{place}");
            assert_eq!(seen["warnings"], serde_json::json!([]), "{place}");
        }
    }
}
