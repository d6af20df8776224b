//! No text makes a reader panic, and the work grows with the text, not faster.

use std::sync::OnceLock;

use llama_fleet::hardware::{
    COMMAND, FlakeFacts, compare, hints, judge, march_of_name, read, read_each, recommend, scrub, search,
};
use proptest::prelude::*;

fn corpus() -> &'static [(String, String)] {
    static CORPUS: OnceLock<Vec<(String, String)>> = OnceLock::new();
    CORPUS.get_or_init(super::corpus::pastes)
}

/// Everything that takes a text from the user.
fn try_everything(text: &str) {
    let reading = read(text);
    let recommendation = recommend(&reading);
    judge(&recommendation.machine, "x86_64-linux");
    compare(&recommendation.machine, &reading);
    for reading in read_each(text) {
        recommend(&reading);
    }
    let scrubbed = scrub(text);
    assert_eq!(scrub(&scrubbed), scrubbed);
    search(text);
    march_of_name(text);
    hints(&FlakeFacts {
        nixos_hardware_modules: vec![text.to_owned()],
        options: vec![(text.to_owned(), text.to_owned()), ("services.xserver.videoDrivers".into(), text.to_owned())],
        reports: vec![(text.to_owned(), text.to_owned())],
    });
}

/// A paste of the corpus with a piece cut out, doubled, or replaced.
fn mutated() -> impl Strategy<Value = String> {
    (0..corpus().len(), any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0..5u8, ".{0,12}").prop_map(
        |(index, one, other, kind, inserted)| {
            let chars: Vec<char> = corpus()[index].1.chars().collect();
            let (one, other) = (one.index(chars.len() + 1), other.index(chars.len() + 1));
            let (start, end) = (one.min(other), one.max(other));
            let text = |chars: &[char]| chars.iter().collect::<String>();
            match kind {
                0 => text(&chars[..start]),
                1 => text(&chars[start..]),
                2 => text(&chars[..start]) + &inserted + &text(&chars[end..]),
                3 => text(&chars[..start]) + &text(&chars[end..]),
                _ => text(&chars[..end]) + &text(&chars[start..]),
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_text_is_survived(text in "\\PC{0,400}") {
        try_everything(&text);
    }

    #[test]
    fn random_characters_of_the_formats_are_survived(text in "[0-9a-f:.\\[\\](){}\"=|,; \\t\\n\\r\\x1b\u{feff}NVIDIAGPUxFlags#-]{0,600}") {
        try_everything(&text);
    }

    #[test]
    fn mutated_pastes_are_survived(text in mutated()) {
        try_everything(&text);
    }
}

/// Texts that make a careless reader slow: each grows with `n`.
fn traps(n: usize) -> Vec<String> {
    vec![
        "{".repeat(n),
        "{\n".repeat(n),
        "{\"hardware\":{\"a\":[".repeat(n / 18),
        format!("{{\"hardware\": {}1{}}}", "[".repeat(n / 2), "]".repeat(n / 2)),
        "\"serial\":".repeat(n / 9),
        "a:".repeat(n / 2),
        "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation [10de:2204]\n".repeat(n / 73),
        format!("Flags: fpu vme de pse tsc msr\n{}", " avx\n".repeat(n / 5)),
        "fpu vme de pse tsc msr pae mce ".repeat(n / 31),
        "flags: fpu vme de pse tsc msr pae mce cx8\n".repeat(n / 42),
        "GPU0:\nvendorID = 0x10de\ndeviceName = x\n".repeat(n / 41),
        "Agent 1\nName: gfx1100\n".repeat(n / 22),
        "NVIDIA GeForce RTX 3090, 8.6\n".repeat(n / 29),
        "|   0  NVIDIA GeForce ...  Off  | 00000000:01:00.0 Off |\n".repeat(n / 56),
        "boot.kernelModules = [ \"amdgpu\" \"nvidia\" ];\n".repeat(n / 44),
        "pci:v000010DEd00002204sv00001043sd000087B5bc03sc00i00\n".repeat(n / 54),
        "\u{1b}[".repeat(n / 2),
        "\u{1b}]".repeat(n / 2),
        "x@y:".repeat(n / 4),
        "# a\nlscpu\n".repeat(n / 10),
        "=== carbon ===\n=== boron ===\n".repeat(n / 29),
        "Architecture: x86_64\nModel name: x\n".repeat(n / 35),
        "carbon: Architecture: x86_64\n".repeat(n / 29),
        "GPU: AMD Radeon RX 6700 XT\n".repeat(n / 27),
        "Device 0: NVIDIA GeForce RTX 3090, compute capability 8.6\n".repeat(n / 58),
        "  *-display\n       product: GA102 [GeForce RTX 3090]\n".repeat(n / 53),
        "CPU: model: x bits: 64\n".repeat(n / 23),
        "[    0.100000] pci 0000:01:00.0: [10de:2204] type 00 class 0x030000\n".repeat(n / 68),
        "> ".repeat(n / 2),
        ">".repeat(n),
        "| a | b |\n|---|---|\n".repeat(n / 20),
        "[".repeat(n),
        "/".repeat(n),
        "-".repeat(n),
        "0".repeat(n),
    ]
}

/// Reading one text of ten times the length is as much work as reading ten texts; a quadratic reader would do ten times
/// as much. Both are measured at their best of several rounds, so that other load on the machine does not count.
#[test]
fn work_grows_with_the_length_of_the_text() {
    let best = |text: &str, times: usize| {
        let round = || {
            let start = std::time::Instant::now();
            for _ in 0..times {
                recommend(&read(text));
                read_each(text);
                scrub(text);
            }
            start.elapsed().as_secs_f64()
        };
        (0..3).map(|_| round()).fold(f64::INFINITY, f64::min)
    };
    for (small, large) in traps(3_000).iter().zip(&traps(30_000)) {
        // A busy machine may spoil all rounds of one measurement, but hardly of three.
        let grows = || best(large, 1) < best(small, 10) * 4.0 + 0.02;
        assert!((0..3).any(|_| grows()), "{:.40}…", small.escape_debug().to_string());
    }
}

#[test]
fn the_command_is_one_line_and_its_output_is_understood() {
    assert!(!COMMAND.contains('\n') && COMMAND.len() <= 200, "{} characters", COMMAND.len());
    for part in ["lscpu", "/sys/bus/pci/devices/*/modalias", "nvidia-smi", "/proc/device-tree/model"] {
        assert!(COMMAND.contains(part), "{part}");
    }
}
