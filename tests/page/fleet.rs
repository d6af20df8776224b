//! The main job: paste a flake, say what each machine is, take the files away.

use crate::{
    evaluator,
    page::{Page, open},
};
use llama_fleet::{
    export,
    hardware::{Feature, cpu, pick::RANGES},
    plan,
    report::{Outcome, Plan},
    request::{Cpu, Machine, Request, Variant},
};
use serde_json::json;
use std::{collections::BTreeMap, fs, path::Path};

/// A fleet of our own, which the page offers as its example.
const EXAMPLE: &str = include_str!("../../src/page/example/flake.nix");

/// What a machine is: its name, variant, row of the CPU table, and CUDA capabilities or ROCm targets.
type Is = (&'static str, Variant, &'static str, &'static str);

#[test]
fn the_example_fleet_goes_all_the_way_to_a_zip_that_is_the_engines_own() {
    let Some((mut page, _server)) = open() else { return };
    page.click("button", "Load example fleet");
    let machines = [
        ("heron", Variant::Vulkan, "znver4", ""),
        ("osprey", Variant::Cuda, "znver4", "8.9"),
        ("condor", Variant::Rocm, "znver3", "gfx1100"),
        ("wren", Variant::Cpu, "tigerlake", ""),
    ];
    take_away(&mut page, EXAMPLE, &machines);
}

#[test]
fn the_users_own_fleet_goes_all_the_way_to_a_zip_that_is_the_engines_own() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/fleet/flake.nix");
    let Ok(flake) = fs::read_to_string(&file) else {
        eprintln!("skipped: {} is kept outside this repository, and is not here", file.display());
        return;
    };
    let Some((mut page, _server)) = open() else { return };
    page.fill("textbox", "flake.nix", &flake);
    let machines = [
        ("carbon", Variant::Vulkan, "znver4", ""),
        ("beryllium", Variant::Vulkan, "znver4", ""),
        ("boron", Variant::Cuda, "znver3", "8.6"),
        ("nitrogen", Variant::Cpu, "tigerlake", ""),
    ];
    let files = take_away(&mut page, &flake, &machines);
    evaluates(files, &machines);
}

/// Lays the unpacked files down beside the files that the flake imports, and has Nix evaluate each machine's package.
fn evaluates(mut files: BTreeMap<String, String>, machines: &[Is]) {
    if !evaluator::is_there() {
        return;
    }
    let stub = "{ ... }: { }\n".to_owned();
    files.insert("nixos/default.nix".into(), stub.clone());
    for (name, ..) in machines {
        files.insert(format!("machines/{name}.nix"), stub.clone());
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("unpacked-{}", std::process::id()));
    for (path, text) in &files {
        // beside the flake's files lie the guide and the patch
        if path.ends_with(".nix") {
            evaluator::parse(text).unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        let file = root.join(path);
        fs::create_dir_all(file.parent().expect("below the root")).expect("a folder for the fleet");
        fs::write(&file, text).expect("a file of the fleet");
    }
    let seen = evaluator::evaluate(&format!(
        "import {} {{ files = {}; nixpkgs = \"26.11\"; llama = \"2026-09\"; }}",
        evaluator::path(&evaluator::stand_ins().join("observe.nix")),
        evaluator::path(&root)
    ));
    fs::remove_dir_all(&root).expect("the folder is ours");
    let seen = seen.unwrap_or_else(|error| panic!("the unpacked fleet does not evaluate: {error}"));
    for (name, variant, march, _) in machines {
        let flags = &seen[*name]["packages"]["llama-cpp"]["cmakeFlags"];
        let has = |flag: String| flags.as_array().is_some_and(|flags| flags.iter().any(|known| *known == json!(flag)));
        let row = cpu::by_march(march).expect("a row of the CPU table");
        for feature in Feature::ALL {
            let value = if row.features.contains(feature) { "TRUE" } else { "FALSE" };
            let flag = format!("-DGGML_{}:BOOL={value}", feature.name());
            assert!(has(flag.clone()), "{name} lacks {flag} in {flags}");
        }
        let backend = format!("-DGGML_CUDA:BOOL={}", if *variant == Variant::Cuda { "TRUE" } else { "FALSE" });
        assert!(has(backend.clone()), "{name} lacks {backend} in {flags}");
    }
}

/// Fills the form, downloads, and compares with what the engine gives for the same request; the answer is what the
/// archive holds.
fn take_away(page: &mut Page, flake: &str, machines: &[Is]) -> BTreeMap<String, String> {
    for machine in machines {
        describe(page, machine);
    }
    let request = request_of(page);
    assert_eq!(request.files, BTreeMap::from([("flake.nix".to_owned(), flake.to_owned())]));
    assert_eq!(request.machines, machines.iter().map(expected).collect());
    let plan = plan(&request);
    assert_eq!(plan.outcome, Outcome::Complete, "{:#?}", plan.diagnostics);
    assert!(page.text(".outcome").contains("every other line of yours is untouched"));

    page.click("button", "Download all .zip");
    let (name, zip) = page.download();
    assert_eq!(name, "llama-cpp-fleet.zip");
    assert!(zip == export::zip(&plan).expect("safe paths"), "the archive differs from the engine's own");
    let files = unpacked(&zip);
    assert_eq!(files, after(&plan));
    page.click("button", "Patch .patch");
    let (name, patch) = page.download();
    assert_eq!(name, "llama-cpp-fleet.patch");
    assert_eq!(String::from_utf8(patch).expect("text"), export::patch(&plan).expect("safe paths"));
    assert_eq!(page.session.errors, Vec::<String>::new());
    files
}

/// Fills one machine's form as its owner does.
fn describe(page: &mut Page, (name, variant, march, targets): &Is) {
    page.click("button", name);
    page.wait_for(name, &format!("document.getElementById('machine-heading')?.innerText === {}", json!(name)));
    page.click_on(&format!("#variant-{}", variant.name()));
    let cpu = Cpu::March { march: (*march).to_owned() };
    let range = RANGES.iter().find(|range| range.cpu() == cpu).expect("a row of the picker");
    page.choose("CPU", range.label);
    match variant {
        Variant::Cuda => page.fill("textbox", "CUDA compute capabilities", targets),
        Variant::Rocm => page.fill("textbox", "ROCm targets", targets),
        _ => {}
    }
}

fn expected((name, variant, march, targets): &Is) -> (String, Machine) {
    let mut machine = Machine::new(*variant);
    machine.cpu = Cpu::March { march: (*march).to_owned() };
    match variant {
        Variant::Cuda => machine.cuda_capabilities = vec![(*targets).to_owned()],
        Variant::Rocm => machine.rocm_targets = vec![(*targets).to_owned()],
        _ => {}
    }
    ((*name).to_owned(), machine)
}

/// The page's request, out of the link that it makes.
pub fn request_of(page: &mut Page) -> Request {
    page.click("button", "Share…");
    let link = "document.querySelector('#share input[type=text]').value";
    page.wait_for("a link", &format!("{link} !== ''"));
    let short = page.eval(link);
    // It stays as it was left the last time.
    if page.eval("document.querySelector('#share input[type=checkbox]').checked") == json!(false) {
        page.click_on("#share input[type=checkbox]");
        page.wait_for("a link with the files", &format!("!['', {short}].includes({link})"));
    }
    let link = page.eval(link);
    page.press("Escape");
    let link = link.as_str().expect("the link is text");
    let (_, fragment) = link.split_once('#').expect("a fragment");
    export::decode(fragment).expect("the page's own link").request
}

/// The plan's files as they are to be, with the guide and the patch.
fn after(plan: &Plan) -> BTreeMap<String, String> {
    let besides = [
        ("llama-cpp-guide.md", plan.guide.clone()),
        ("llama-cpp-fleet.patch", export::patch(plan).expect("safe paths")),
    ];
    let files = plan.files.iter().filter_map(|file| Some((file.path.clone(), file.after.clone()?)));
    files.chain(besides.map(|(path, text)| (path.to_owned(), text))).collect()
}

/// What an archive holds.
pub fn unpacked(zip: &[u8]) -> BTreeMap<String, String> {
    let archive = rawzip::ZipArchive::from_slice(zip).expect("an archive");
    let mut files = BTreeMap::new();
    for entry in archive.entries() {
        let entry = entry.expect("an entry");
        let path = entry.file_path().try_normalize().expect("a safe path").as_ref().to_owned();
        let packed = archive.get_entry(entry.wayfinder()).expect("the entry's data").data();
        let text = miniz_oxide::inflate::decompress_to_vec(packed).unwrap_or_else(|_| packed.to_vec());
        files.insert(path, String::from_utf8(text).expect("text"));
    }
    files
}
