//! What a machine prints about itself, pasted into the page.

use crate::{fleet::request_of, page::open};
use llama_fleet::request::{Cpu, Variant};

/// A desktop with a Ryzen 5000 and an RTX 3090, and three things that are nobody's business.
const PASTE: &str = "\
$ lscpu
Architecture:            x86_64
Vendor ID:               AuthenticAMD
Model name:              AMD Ryzen 9 5950X 16-Core Processor
Flags:                   fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat clflush mmx fxsr sse sse2 ht syscall nx lm pni ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand lahf_lm abm sse4a bmi1 avx2 smep bmi2 rdseed adx sha_ni
$ lspci -nn
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)
Serial Number: PF4QX9Z7
link/ether 3c:7c:3f:1a:2b:4d brd ff:ff:ff:ff:ff:ff
UUID: 4c4c4544-0042-3510-8054-b8c04f4e5931
";

#[test]
fn a_paste_fills_the_machine_shows_its_evidence_and_leaves_no_trace_of_serials() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.click_on(".paste summary");
    page.fill("textbox", "What the machine prints", PASTE);
    page.wait_for("the reading", "document.querySelector('.reading') !== null");
    let reading = page.text(".reading");
    assert!(reading.contains("RTX 3090") && !reading.contains("no flags line"), "{reading}");
    assert!(page.text(".advice").contains("CUDA"), "{}", page.text(".advice"));
    assert!(reading.contains("line "), "the evidence names its lines: {reading}");

    let request = request_of(&mut page);
    let read = request.machines.values().find(|machine| machine.cuda_capabilities == ["8.6"]);
    let read = read.unwrap_or_else(|| panic!("{:#?}", request.machines));
    assert_eq!((read.variant, &read.cpu), (Variant::Cuda, &Cpu::March { march: "znver3".into() }));

    // the draft is written a moment after a change
    page.eval("new Promise((done) => setTimeout(done, 1200))");
    let kept = page.eval("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)");
    let kept = kept.as_str().expect("text");
    assert!(kept.contains("8.6"), "the draft holds what was read: {kept}");
    for secret in ["PF4QX9Z7", "3c:7c:3f", "4c4c4544", "5950X 16-Core"] {
        assert!(!kept.contains(secret), "{secret} is kept: {kept}");
    }
}

#[test]
fn the_hardware_comes_first_while_it_is_unknown() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.click("button", "wren");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'wren'");
    assert_eq!(page.eval("document.querySelector('.paste').open"), true);
    page.click("button", "heron");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'heron'");
    assert_eq!(page.eval("document.querySelector('.paste').open"), false, "the flake says what it is");
}

#[test]
fn a_second_paste_is_read_together_with_the_first() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.click("button", "wren");
    let (cpu, card) = PASTE.split_once("$ lspci").expect("both");
    page.fill("textbox", "What the machine prints", &format!("$ lspci{card}"));
    page.wait_for("the card", "document.querySelector('.chips')?.innerText.includes('RTX 3090')");
    page.fill("textbox", "What the machine prints", cpu);
    page.wait_for("the CPU", "document.querySelector('.reading')?.innerText.includes('5950X')");
    assert!(page.text(".chips").contains("RTX 3090"));
    let machines = request_of(&mut page).machines;
    let wren = &machines["wren"];
    assert_eq!((wren.variant, &wren.cpu), (Variant::Cuda, &Cpu::March { march: "znver3".into() }));
}

#[test]
fn a_file_with_what_a_machine_prints_is_read_as_such() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.click("button", "wren");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'wren'");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("lscpu-{}.txt", std::process::id()));
    std::fs::write(&file, PASTE).expect("a file of ours");
    page.give_files("input[aria-label=Files]", std::slice::from_ref(&file));
    page.wait_for("the reading", "document.querySelector('.reading')?.innerText.includes('5950X')");
    assert_eq!(request_of(&mut page).files.len(), 1, "it is no file of the flake");
    std::fs::remove_file(&file).expect("the file is ours");
}

#[test]
fn a_paste_of_several_machines_is_offered_machine_by_machine() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    page.click("button", "wren");
    page.wait_for("its form", "document.getElementById('machine-heading')?.innerText === 'wren'");
    let (cpu, card) = PASTE.split_once("$ lspci").expect("both");
    let cpu = cpu.trim_start_matches("$ lscpu\n");
    let intel = "Architecture: x86_64\nVendor ID: GenuineIntel\nModel name: Intel(R) Core(TM) i7-8550U CPU @ 1.80GHz\n";
    let paste = format!("=== condor ===\n{cpu}$ lspci{card}\n=== wren ===\n{intel}\n=== magpie ===\n{intel}");
    page.fill("textbox", "What the machine prints", &paste);
    page.wait_for("the offer", "document.querySelector('.paste .several') !== null");
    let offer = page.text(".paste .several");
    assert!(offer.contains("This is of 3 machines"), "{offer}");
    assert!(offer.contains("RTX 3090") && offer.contains("i7-8550U"), "{offer}");
    let given = page.eval("[...document.querySelectorAll('.paste .several select')].map((list) => list.value)");
    assert_eq!(given, serde_json::json!(["condor", "wren", ""]), "matched to the flake's names");
    assert!(request_of(&mut page).machines["wren"].cpu == Cpu::Dispatch, "nothing is filled in unasked");
    page.choose("magpie is", "heron");
    page.click("button", "Fill in 3 machines");
    page.wait_for("its end", "document.querySelector('.paste .several') === null");
    let machines = request_of(&mut page).machines;
    let march = |name: &str| match &machines[name].cpu {
        Cpu::March { march } => march.clone(),
        other => format!("{other:?}"),
    };
    assert_eq!([march("condor"), march("wren"), march("heron")], ["znver3", "skylake", "skylake"]);
    assert_eq!(
        (machines["condor"].variant, &machines["condor"].cuda_capabilities),
        (Variant::Cuda, &vec!["8.6".to_owned()])
    );
    page.eval("document.activeElement.blur()");
    page.press("Control+z");
    page.wait_for("the way back", "document.querySelector('.status').innerText.startsWith('Undone')");
    assert!(request_of(&mut page).machines["wren"].cpu == Cpu::Dispatch, "one step takes all back");
}
