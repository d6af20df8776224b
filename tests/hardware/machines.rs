//! A paste of several machines is told apart, and the machines are found in the flake.

use llama_fleet::hardware::{machine_named, read, read_each};

fn paste(name: &str) -> String {
    let path = format!("{}/tests/hardware/corpus/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a paste of the corpus")
}

/// Host and `-march` of each machine in a paste.
fn machines(name: &str) -> Vec<(Option<String>, Option<String>)> {
    let march = |reading: &llama_fleet::hardware::Reading| reading.cpu.as_ref().and_then(|cpu| cpu.march.clone());
    read_each(&paste(name)).iter().map(|reading| (reading.hostname.clone(), march(reading))).collect()
}

#[test]
fn several_reports_are_several_machines() {
    for (name, expected) in [
        ("several-by-prompts", [(Some("carbon"), "znver3"), (Some("boron"), "tigerlake")]),
        ("several-by-headings", [(Some("carbon"), "znver3"), (Some("boron"), "raptorlake")]),
        ("several-by-ssh", [(Some("carbon"), "znver5"), (Some("nitrogen"), "gracemont")]),
        ("several-by-loop", [(Some("carbon"), "znver3"), (Some("boron"), "gracemont")]),
        ("several-by-pdsh", [(Some("carbon"), "znver3"), (Some("boron"), "alderlake")]),
        ("several-by-ansible", [(Some("carbon"), "znver3"), (Some("boron"), "icelake-server")]),
        ("several-without-names", [(None, "znver3"), (None, "tigerlake")]),
        ("several-cpuinfo", [(None, "znver3"), (None, "gracemont")]),
    ] {
        let expected = expected.map(|(host, march)| (host.map(str::to_owned), Some(march.to_owned())));
        assert_eq!(machines(name), expected, "{name}");
    }
}

/// Headings, prompts and formats of one machine part nothing.
#[test]
fn one_machine_stays_one() {
    for (name, paste) in super::corpus::pastes() {
        if name.starts_with("several-") || name.starts_with("two-machines") {
            continue;
        }
        let readings = read_each(&paste);
        assert_eq!(readings.len(), 1, "{name}");
        let whole = read(&paste);
        assert_eq!((&readings[0].cpu, &readings[0].gpus), (&whole.cpu, &whole.gpus), "{name}");
    }
}

#[test]
fn lines_are_counted_through_the_whole_paste() {
    let readings = read_each(&paste("several-by-headings"));
    let lines: Vec<u32> = readings.iter().map(|reading| reading.cpu.as_ref().unwrap().evidence[0].line).collect();
    assert_eq!(lines, [2, 5]);
}

#[test]
fn a_host_is_found_among_the_machines_of_a_flake() {
    let names = ["carbon", "Boron", "nitrogen.lan"];
    assert_eq!(machine_named("carbon", names), Some("carbon"));
    assert_eq!(machine_named("carbon.example.org", names), Some("carbon"));
    assert_eq!(machine_named("boron", names), Some("Boron"));
    assert_eq!(machine_named("nitrogen", names), Some("nitrogen.lan"));
    assert_eq!(machine_named("neon", names), None);
}
