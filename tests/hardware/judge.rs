//! Choices that cannot work are errors, doubtful ones warnings, good ones pass in silence.

use std::borrow::Cow;

use llama_fleet::hardware::{Verdict, judge};
use llama_fleet::report::Severity::{self, *};
use llama_fleet::request::{Choice, Cpu, Install, Machine, Server, Variant};

const X86: &str = "x86_64-linux";
const ARM: &str = "aarch64-linux";

fn machine(variant: Variant) -> Machine {
    Machine::new(variant)
}

fn cuda(capabilities: &[&str]) -> Machine {
    Machine { cuda_capabilities: strings(capabilities), ..machine(Variant::Cuda) }
}

fn rocm(targets: &[&str]) -> Machine {
    Machine { rocm_targets: strings(targets), ..machine(Variant::Rocm) }
}

fn with_cpu(cpu: Cpu) -> Machine {
    Machine { cpu, ..machine(Variant::Cpu) }
}

fn march(march: &str) -> Machine {
    with_cpu(Cpu::March { march: march.into() })
}

fn features(features: &[&str]) -> Machine {
    with_cpu(Cpu::Features { features: strings(features) })
}

fn arm(arch: &str) -> Machine {
    with_cpu(Cpu::Arm { arch: arch.into() })
}

fn server(server: Server) -> Machine {
    Machine { server: Some(server), ..machine(Variant::Cpu) }
}

fn model(path: &str) -> Machine {
    server(Server { model: Some(path.into()), ..Server::default() })
}

fn user(name: &str) -> Machine {
    Machine { install: Install::Home(name.into()), ..machine(Variant::Cpu) }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}

/// A verdict's code: the engine's own are all written down in it.
pub fn code(verdict: &Verdict) -> &'static str {
    match verdict.code {
        Cow::Borrowed(code) => code,
        Cow::Owned(ref code) => panic!("{code} was made up"),
    }
}

/// The verdicts as `(severity, code)`.
fn verdicts(machine: &Machine, system: &str) -> Vec<(Severity, &'static str)> {
    let verdicts = judge(machine, system);
    for verdict in &verdicts {
        assert!(!verdict.message.is_empty() && !verdict.field.is_empty(), "{verdict:?}");
        assert!(verdict.severity != Error || verdict.hint.is_some(), "an error has a way out: {verdict:?}");
    }
    verdicts.iter().map(|verdict| (verdict.severity, code(verdict))).collect()
}

/// What ARM machines are told of the default, which is beside the point of most tests.
const ARM_DEFAULT: (Severity, &str) = (Note, "arm-dispatch-needs-gcc-14");

fn check(machine: &Machine, system: &str, expected: &[(Severity, &str)]) {
    let mut verdicts = verdicts(machine, system);
    verdicts.retain(|verdict| *verdict != ARM_DEFAULT);
    assert_eq!(verdicts, expected, "{machine:?}");
}

#[test]
fn good_choices_pass_in_silence() {
    for good in [
        machine(Variant::Cpu),
        machine(Variant::Vulkan),
        cuda(&["8.6"]),
        cuda(&["8.6", "12.0"]),
        cuda(&["9.0a"]),
        rocm(&["gfx1100", "gfx1030"]),
        march("tigerlake"),
        march("x86-64-v3"),
        march("westmere"),
        features(&["SSE42", "AVX", "F16C", "FMA", "BMI2", "AVX2", "AVX512", "AVX512_VNNI"]),
        features(&["SSE42"]),
        features(&["SSE42", "AVX"]),
        model("/srv/models/m.gguf"),
        model("/homes/m.gguf"),
        user("alice"),
        user("svc_llama.1"),
    ] {
        check(&good, X86, &[]);
    }
    check(&arm("armv8.2-a+dotprod+fp16"), ARM, &[]);
    check(&arm("armv8-a"), ARM, &[]);
    check(&cuda(&["9.0"]), ARM, &[]);
}

#[test]
fn an_unknown_march_is_refused_with_a_proposal() {
    check(&march("zen4"), X86, &[(Error, "unknown-march")]);
    assert_eq!(judge(&march("zen4"), X86)[0].hint.as_deref(), Some("znver4"));
    assert_eq!(judge(&march("native"), X86)[0].hint.as_deref(), Some("mode `native`"));
    assert!(judge(&march("cortex-a76"), ARM)[0].hint.as_deref().unwrap().contains("mode `arm`"));
}

#[test]
fn x86_and_arm_do_not_mix() {
    check(&march("tigerlake"), ARM, &[(Error, "x86-features-elsewhere")]);
    check(&features(&["AVX2", "SSE42", "AVX", "FMA", "F16C", "BMI2"]), ARM, &[(Error, "x86-features-elsewhere")]);
    check(&arm("armv8-a"), X86, &[(Error, "arm-features-elsewhere")]);
    check(&rocm(&["gfx1100"]), ARM, &[(Error, "rocm-elsewhere")]);
    check(&cuda(&["8.7"]), X86, &[(Error, "jetson-elsewhere")]);
}

#[test]
fn features_are_spelt_as_ggml_does() {
    check(&features(&["avx2"]), X86, &[(Error, "unknown-feature")]);
    let hint = |name: &str| judge(&features(&[name]), X86)[0].hint.clone().unwrap();
    assert_eq!(hint("avx2"), "AVX2");
    assert_eq!(hint("GGML_AVX512_VNNI"), "AVX512_VNNI");
    assert_eq!(hint("avx512vbmi"), "AVX512_VBMI");
    assert_eq!(hint("sse4_2"), "SSE42");
    assert!(hint("NEON").contains("AVX512_BF16"));
    assert_eq!(judge(&features(&["SSE42", "AVX3"]), X86)[0].field, "cpu.features[1]");
}

#[test]
fn parts_of_avx512_need_avx512() {
    let v3 = ["SSE42", "AVX", "F16C", "FMA", "BMI2", "AVX2"];
    let with = |more: &[&str]| features(&[&v3[..], more].concat());
    check(&with(&["AVX512_VNNI"]), X86, &[(Error, "avx512-part-without-avx512")]);
    check(&with(&["AVX512_VBMI"]), X86, &[(Error, "avx512-part-without-avx512")]);
    check(&with(&["AVX512", "AVX512_BF16"]), X86, &[]);
    check(&with(&["AVX_VNNI"]), X86, &[]);
    check(&with(&["AMX_INT8"]), X86, &[(Warning, "amx-without-effect")]);
    check(&features(&["AVX2", "FMA", "AVX"]), X86, &[(Warning, "incomplete-avx2-class")]);
    // A virtual machine may hide them.
    let verdict = &judge(&features(&["AVX2", "FMA", "AVX"]), X86)[0];
    assert_eq!(verdict.hint.as_deref(), Some("add SSE42, F16C, BMI2, if lscpu names it"));
    check(&features(&[]), X86, &[(Warning, "no-features")]);
}

#[test]
fn a_feature_needs_what_the_compiler_switches_on_with_it() {
    let missing = (Error, "feature-without-its-needs");
    check(&features(&["SSE42", "F16C"]), X86, &[missing]);
    check(&features(&["SSE42", "FMA"]), X86, &[missing]);
    check(
        &features(&["SSE42", "F16C", "FMA", "BMI2", "AVX2"]),
        X86,
        &[missing, missing, missing, (Warning, "incomplete-avx2-class")],
    );
    check(&features(&["SSE42", "AVX", "AVX_VNNI"]), X86, &[missing, (Warning, "incomplete-avx2-class")]);
    check(&features(&["SSE42", "AVX", "AVX512"]), X86, &[missing, (Warning, "incomplete-avx2-class")]);
    check(&features(&["SSE42", "BMI2"]), X86, &[]);
    let verdict = &judge(&features(&["SSE42", "F16C"]), X86)[0];
    assert!(verdict.message.contains("F16C without AVX"), "{}", verdict.message);
    assert_eq!(verdict.hint.as_deref(), Some("add AVX, or take F16C away"));
}

#[test]
fn native_and_baseline_are_warned_of() {
    check(&with_cpu(Cpu::Native), X86, &[(Warning, "native-is-impure")]);
    check(&with_cpu(Cpu::Baseline), X86, &[(Warning, "baseline-is-slow")]);
    assert_eq!(verdicts(&machine(Variant::Cpu), ARM), [ARM_DEFAULT]);
    // SSE2 is a word for x86 machines only
    let said = judge(&with_cpu(Cpu::Baseline), ARM);
    assert!(said.len() == 1 && said[0].code == "baseline-is-slow", "{said:?}");
    assert!(said[0].message.contains("armv8-a") && !said[0].message.contains("SSE"), "{}", said[0].message);
    check(&features(&[]), ARM, &[(Error, "x86-features-elsewhere")]);
}

#[test]
fn arm_architectures_are_checked() {
    check(&arm("cortex-a76"), ARM, &[(Error, "malformed-arm-arch")]);
    check(&arm(""), ARM, &[(Error, "malformed-arm-arch")]);
    check(&arm("armv8.2-a+"), ARM, &[(Error, "malformed-arm-arch")]);
    check(&arm("armv8.2-a+fp16 -O3"), ARM, &[(Error, "malformed-arm-arch")]);
    check(&arm("armv9.2-a+sme"), ARM, &[(Warning, "sme-needs-gcc-14")]);
    check(&arm("armv8.2-a+neon"), ARM, &[(Warning, "unknown-arm-extension")]);
}

#[test]
fn capabilities_are_checked() {
    check(&cuda(&[]), X86, &[(Note, "default-capabilities")]);
    check(&cuda(&["86"]), X86, &[(Error, "malformed-capability")]);
    assert_eq!(judge(&cuda(&["sm_86"]), X86)[0].hint.as_deref(), Some("8.6"));
    check(&cuda(&["8.4"]), X86, &[(Error, "unknown-capability")]);
    assert_eq!(judge(&cuda(&["10.1"]), ARM).last().unwrap().hint.as_deref(), Some("11.0"));
    check(&cuda(&["13.0"]), X86, &[(Warning, "unknown-capability")]);
    check(&cuda(&["3.5"]), X86, &[(Error, "capability-dropped")]);
    check(&cuda(&["6.1"]), X86, &[(Note, "old-capability")]);
    check(&cuda(&["8.7"]), ARM, &[(Note, "jetson"), (Warning, "dispatch-beside-cuda")]);
    check(&cuda(&["5.3"]), ARM, &[(Warning, "jetson-too-old")]);
    check(
        &cuda(&["8.7", "8.6"]),
        ARM,
        &[(Note, "jetson"), (Error, "jetson-and-card"), (Warning, "dispatch-beside-cuda")],
    );
    let mut named = cuda(&["8.7"]);
    named.cpu = Cpu::Arm { arch: "armv8.2-a+dotprod+fp16".into() };
    check(&named, ARM, &[(Note, "jetson")]);
    check(&cuda(&["7.5", "8.0", "8.6", "8.9"]), X86, &[(Note, "many-capabilities")]);
    check(&cuda(&["8.6"]), "riscv64-linux", &[(Warning, "unusual-system"), (Error, "cuda-elsewhere")]);
}

#[test]
fn capabilities_need_a_common_toolkit_and_driver() {
    check(
        &cuda(&["7.2", "11.0"]),
        ARM,
        &[
            (Warning, "jetson-old-toolkit"),
            (Note, "jetson"),
            (Error, "no-common-toolkit"),
            (Warning, "dispatch-beside-cuda"),
        ],
    );
    check(&cuda(&["6.1", "12.0"]), X86, &[(Note, "old-capability"), (Warning, "no-common-driver")]);
    check(&cuda(&["6.1", "8.9"]), X86, &[(Note, "old-capability")]);
}

#[test]
fn targets_are_checked() {
    check(&rocm(&[]), X86, &[(Note, "default-targets")]);
    check(&rocm(&["gfx1103"]), X86, &[(Warning, "recent-target")]);
    check(&rocm(&["gfx90c"]), X86, &[(Error, "target-not-built")]);
    check(&rocm(&["gfx803"]), X86, &[(Error, "target-not-built")]);
    check(&rocm(&["gfx701"]), X86, &[(Error, "target-not-built")]);
    check(&rocm(&["gfx1031"]), X86, &[(Warning, "target-runs-gfx1030")]);
    check(&rocm(&["gfx1150"]), X86, &[(Warning, "recent-target")]);
    check(&rocm(&["gfx1250"]), X86, &[(Warning, "unknown-target")]);
    check(&rocm(&["gfx11-generic"]), X86, &[(Warning, "unknown-target")]);
    check(&rocm(&["gfx90a:xnack-", "gfx942:sramecc+:xnack+"]), X86, &[]);
    check(&rocm(&["gfx90a:fast"]), X86, &[(Error, "malformed-target")]);
    check(&rocm(&["GFX1100"]), X86, &[(Error, "malformed-target")]);
    assert_eq!(judge(&rocm(&["GFX1100"]), X86)[0].hint.as_deref(), Some("gfx1100"));
    assert_eq!(judge(&rocm(&["1100"]), X86)[0].hint.as_deref(), Some("gfx1100"));
    check(&rocm(&["RX 7900 XTX"]), X86, &[(Error, "malformed-target")]);
}

#[test]
fn lists_of_another_variant_are_pointed_out() {
    let both = Machine { rocm_targets: strings(&["gfx1100"]), ..cuda(&["8.6"]) };
    check(&both, X86, &[(Warning, "targets-not-used")]);
    let neither = Machine { variant: Variant::Vulkan, ..both };
    check(&neither, X86, &[(Warning, "targets-not-used"), (Warning, "targets-not-used")]);
}

#[test]
fn the_server_can_be_reached_and_see_its_model() {
    let named = || Server { model: Some("/srv/models/m.gguf".into()), ..Server::default() };
    let port = |port| server(Server { port, ..named() });
    check(&port(0), X86, &[(Error, "port-zero")]);
    check(&port(443), X86, &[(Warning, "privileged-port")]);
    check(&port(65535), X86, &[]);
    check(&server(Server::default()), X86, &[(Note, "no-model")]);
    check(&model("models/m.gguf"), X86, &[(Error, "model-not-absolute")]);
    check(&model("~/m.gguf"), X86, &[(Error, "model-not-absolute")]);
    check(&model(""), X86, &[(Error, "model-not-absolute")]);
    check(&model("/home/alice/m.gguf"), X86, &[(Warning, "model-in-home")]);
    check(&model("/tmp/m.gguf"), X86, &[(Warning, "model-in-tmp")]);
    check(&model("/srv/models/"), X86, &[(Warning, "model-is-folder")]);
    check(&model("/srv/a\nb"), X86, &[(Error, "bad-model-path")]);
    let host = |host: &str, open_firewall| server(Server { host: host.into(), open_firewall, ..named() });
    check(&host("", false), X86, &[(Error, "bad-host")]);
    check(&host("http://a", false), X86, &[(Error, "bad-host")]);
    check(&host("127.0.0.1", true), X86, &[(Warning, "open-firewall-local-host")]);
    check(&host("0.0.0.0", true), X86, &[(Note, "open-to-the-network")]);
    check(&host("::", false), X86, &[]);
}

#[test]
fn users_have_names_that_users_can_have() {
    for bad in ["", "a b", "a:b", "../a", "-a", "a\n"] {
        check(&user(bad), X86, &[(Error, "bad-user-name")]);
    }
    check(&user("zoë"), X86, &[(Warning, "unusual-user-name")]);
}

#[test]
fn a_mac_is_no_nixos_machine() {
    check(&machine(Variant::Cpu), "aarch64-darwin", &[(Error, "not-linux")]);
    check(&machine(Variant::Cpu), "riscv64-linux", &[(Warning, "unusual-system")]);
}

#[test]
fn a_toolkit_by_name_compiles_for_the_card() {
    let with = |capability: &str, toolkit: &str| {
        let mut machine = cuda(&[capability]);
        machine.switches.set("cuda_toolkit", Choice::Text(toolkit.into()));
        verdicts(&machine, X86).into_iter().filter(|(severity, _)| *severity == Error).collect::<Vec<_>>()
    };
    let wrong = [(Error, "toolkit-without-capability")];
    assert_eq!(with("6.1", "cudaPackages_13"), wrong);
    assert_eq!(with("6.1", "cudaPackages_13_0"), wrong);
    assert_eq!(with("12.0", "cudaPackages_12_4"), wrong);
    for (capability, toolkit) in
        [("6.1", "cudaPackages_12"), ("12.0", "cudaPackages_12"), ("12.0", "cudaPackages_13"), ("8.6", "cudaPackages")]
    {
        assert_eq!(with(capability, toolkit), [], "{capability} {toolkit}");
    }
}
