//! `lscpu` in any language, and `/proc/cpuinfo`.
//!
//! lscpu translates its labels, but not its values: what a line is follows from its value wherever it can.

use super::clean::Line;
use super::flags::{arm_flags, looks_like_flags, unwrapped, x86_flags};
use super::foreign::{self, system_of};
use super::gather::{Findings, Flags, evidence, evidence_of};
use super::machines::uname_host;
use crate::hardware::arm;
use crate::hardware::reading::{Evidence, Source};

/// The keys of `/proc/cpuinfo`; lscpu's begin with capitals or are translated.
const CPUINFO_KEYS: [&str; 14] = [
    "processor",
    "vendor_id",
    "cpu family",
    "model",
    "model name",
    "stepping",
    "flags",
    "Features",
    "CPU implementer",
    "CPU part",
    "CPU architecture",
    "CPU variant",
    "CPU revision",
    "isa",
];

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut reader = Reader::default();
    let mut index = 0;
    while let Some(line) = lines.get(index) {
        index += 1;
        if looks_like_uname(&line.text) {
            uname(line, findings);
            continue;
        }
        let (key, value) = key_and_value(&line.text).unwrap_or(("flags", &line.text));
        if looks_like_flags(value) {
            let (whole, next) = unwrapped(lines, index, value);
            let source = if CPUINFO_KEYS.contains(&key) { Source::Cpuinfo } else { Source::Lscpu };
            reader.flags(source, line, &whole, is_end(lines, next), findings);
            for wrapped in lines.get(index..next).unwrap_or_default() {
                findings.used(source, wrapped, "flags");
            }
            index = next;
        } else if key_and_value(&line.text).is_some() {
            reader.field(line, key, value, findings);
        } else {
            board(line, findings);
        }
    }
    reader.finish(findings);
}

/// Whether nothing but blank lines follow: the paste may have been cut off before them.
fn is_end(lines: &[Line], next: usize) -> bool {
    lines.iter().skip(next).all(|line| line.text.trim().is_empty())
}

/// Label and value, for any of the colons in use.
fn key_and_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '：'])?;
    let key = key.trim();
    (!key.is_empty() && key.chars().count() <= 40).then(|| (key, value.trim()))
}

#[derive(Default)]
struct Reader {
    /// The next number is lscpu's "Model", whatever its label: it stands behind "CPU family".
    expects_model: Option<Source>,
    /// Numbers that stand right behind the name: lscpu's family and model where the labels are not known.
    after_name: Option<Vec<u32>>,
    cores: Vec<(u32, u32)>,
    implementer: u32,
}

impl Reader {
    fn field(&mut self, line: &Line, key: &str, value: &str, findings: &mut Findings) {
        let cpuinfo = CPUINFO_KEYS.contains(&key);
        let source = if cpuinfo { Source::Cpuinfo } else { Source::Lscpu };
        if foreign::cpuinfo(line, key, value, findings) {
            return;
        }
        if is_vendor(value) && key.len() <= 40 {
            findings.source(source);
            findings.used(source, line, "maker");
            findings.cpu.vendor_id.get_or_insert_with(|| value.to_owned());
            return;
        }
        if let Some(system) = system_of(value).filter(|_| is_architecture_key(key)) {
            findings.source(Source::Lscpu);
            findings.system(system);
            findings.used(Source::Lscpu, line, "system");
            return;
        }
        if is_name(key, value) {
            findings.source(source);
            findings.cpu.name(source, value);
            findings.cpu.evidence(evidence(source, line));
            findings.used(source, line, "CPU");
            self.after_name = Some(Vec::new());
            return;
        }
        if let Some(hypervisor) = hypervisor(key, value) {
            findings.source(Source::Lscpu);
            findings.hypervisor(hypervisor);
            findings.used(Source::Lscpu, line, "virtual machine");
            return;
        }
        if is_board_key(key) && is_board(value) {
            findings.source(Source::Cpuinfo);
            findings.cpu.board.get_or_insert_with(|| value.chars().take(80).collect());
            findings.cpu.evidence(evidence(Source::Cpuinfo, line));
            findings.used(Source::Cpuinfo, line, "board");
            return;
        }
        self.arm_part(line, key, value, findings);
        self.number(source, line, key, value, findings);
    }

    fn number(&mut self, source: Source, line: &Line, key: &str, value: &str, findings: &mut Findings) {
        let Ok(number) = value.parse::<u32>() else {
            self.after_name = None;
            return;
        };
        let lower = key.to_lowercase();
        if ["famil", "系列", "семейств", "ファミリ", "rodzin", "제품군"].iter().any(|label| lower.contains(label))
        {
            findings.cpu.family.get_or_insert(number);
            findings.used(source, line, "model");
            self.expects_model = Some(source);
        } else if self.expects_model.take() == Some(source) {
            findings.cpu.model.get_or_insert(number);
            findings.used(source, line, "model");
        } else if ["stepping", "révision", "revisión", "revisão", "степпинг", "ステッピング", "步进", "步進"]
            .contains(&lower.as_str())
        {
            findings.cpu.stepping.get_or_insert(number);
        }
        if let Some(numbers) = self.after_name.as_mut().filter(|numbers| numbers.len() < 2) {
            numbers.push(number);
            if let ([family, model], None) = (numbers.as_slice(), findings.cpu.family) {
                // Only families that exist: a count of CPUs is none of them.
                let plausible = matches!(family, 6 | 15..=26) && source == Source::Lscpu;
                if plausible {
                    findings.cpu.family = Some(*family);
                    findings.cpu.model = Some(*model);
                }
            }
        }
    }

    fn arm_part(&mut self, line: &Line, key: &str, value: &str, findings: &mut Findings) {
        let number = value.strip_prefix("0x").and_then(|hex| u32::from_str_radix(hex, 16).ok());
        match (key, number) {
            ("CPU implementer", Some(implementer)) => {
                findings.source(Source::Cpuinfo);
                findings.used(Source::Cpuinfo, line, "CPU");
                self.implementer = implementer;
            }
            ("CPU part", Some(part)) if self.cores.len() < 8 && !self.cores.contains(&(self.implementer, part)) => {
                self.cores.push((self.implementer, part));
            }
            _ => {}
        }
    }

    fn flags(&mut self, source: Source, line: &Line, value: &str, is_last: bool, findings: &mut Findings) {
        findings.source(source);
        findings.used(source, line, "flags");
        self.after_name = None;
        let is_arm =
            !value.split_whitespace().take(30).any(|word| matches!(word, "fpu" | "mmx" | "sse2" | "cx8" | "apic"));
        let (flags, shown) = if is_arm { arm_flags(value, findings) } else { x86_flags(value, is_last, findings) };
        // A whole line is better than one that was cut off.
        let better = match (&findings.cpu.flags, &flags) {
            (None, _) => true,
            (Some(Flags::X86 { undecided: known, .. }), Flags::X86 { undecided, .. }) => {
                !known.is_empty() && undecided.is_empty()
            }
            _ => false,
        };
        if better {
            findings.cpu.evidence(evidence_of(source, line.number, &shown));
            findings.cpu.flags = Some(flags);
            return;
        }
        // The other processors of /proc/cpuinfo repeat the first one's.
        let differs = match (&findings.cpu.flags, &flags) {
            (Some(Flags::X86 { features: one, .. }), Flags::X86 { features: other, undecided })
                if undecided.is_empty() =>
            {
                one != other
            }
            (Some(Flags::Arm { arch: one }), Flags::Arm { arch: other }) => one != other,
            (Some(Flags::X86 { .. }), Flags::Arm { .. }) | (Some(Flags::Arm { .. }), Flags::X86 { .. }) => true,
            _ => false,
        };
        if differs {
            let message = "The paste holds flags lines that differ: the first is taken. Are these two machines?";
            findings.note(crate::report::Severity::Warning, "flags-differ", message);
        }
    }

    fn finish(self, findings: &mut Findings) {
        for (implementer, part) in self.cores {
            if let Some(core) = arm::core_of_part(implementer, part) {
                findings.cpu.name(Source::Cpuinfo, core);
            }
        }
    }
}

fn is_vendor(value: &str) -> bool {
    matches!(value, "GenuineIntel" | "AuthenticAMD" | "HygonGenuine" | "CentaurHauls" | "  Shanghai  ")
}

/// Of lscpu's two-word keys only one has a machine's name for its value; other programs' keys are no translation of it.
fn is_architecture_key(key: &str) -> bool {
    !key.contains(['=', '"', '/', '.']) && !key.to_lowercase().contains("kernel")
}

const NAME_KEYS: [&str; 20] = [
    "Model name",
    "model name",
    "Modellname",
    "Nom de modèle",
    "Nombre del modelo",
    "Nome do modelo",
    "Nome modello",
    "Nome del modello",
    "Nazwa modelu",
    "Имя модели",
    "Название модели",
    "モデル名",
    "型号名称",
    "型號名稱",
    "모델 이름",
    "Modelnaam",
    "Modellnamn",
    "Назва моделі",
    "Název modelu",
    "Model adı",
];

/// The label says so in one of the known languages, or the value can be nothing else.
fn is_name(key: &str, value: &str) -> bool {
    if value == "-" || value.is_empty() || key.starts_with("BIOS") {
        return false;
    }
    let telling = [
        "(R) Core(TM)",
        "(R) Xeon(R)",
        "-Core Processor",
        " CPU @ ",
        "with Radeon Graphics",
        "w/ Radeon",
        "Cortex-",
        "Neoverse-",
    ];
    let foreign = matches!(key, "Name" | "Marketing Name" | "Device" | "SDevice" | "Subsystem" | "Vendor")
        || key.contains(['.', '=', '"', '/', '[']);
    NAME_KEYS.contains(&key) || (!foreign && telling.iter().any(|mark| value.contains(mark)))
}

fn hypervisor(key: &str, value: &str) -> Option<&'static str> {
    if key.to_lowercase().contains("flags") || value.len() > 40 {
        return None;
    }
    // "Virtualization: VT-x" is no hypervisor, and so are these names under lspci's or others' keys.
    let label = key.to_lowercase();
    if !["hyperv", "гипервизор", "ハイパーバイザ", "超管理器", "虚拟机监控", "超級監督", "하이퍼바이저"]
        .iter()
        .any(|name| label.contains(name))
    {
        return None;
    }
    match value {
        "KVM" => Some("kvm"),
        "VMware" => Some("vmware"),
        "Microsoft" => Some("hyper-v"),
        "Xen" => Some("xen"),
        "Oracle" | "VirtualBox" => Some("virtualbox"),
        "Parallels" => Some("parallels"),
        "bhyve" => Some("bhyve"),
        "QEMU" => Some("qemu"),
        "Windows Subsystem for Linux" | "wsl" => Some("wsl"),
        _ => Some("unknown"),
    }
}

fn looks_like_uname(line: &str) -> bool {
    line.starts_with("Linux ") && (line.contains(" SMP") || line.contains("GNU/Linux"))
        || system_of(line.trim().trim_end_matches("-linux")).is_some()
}

fn uname(line: &Line, findings: &mut Findings) {
    let system = line.text.split_whitespace().rev().find_map(|word| system_of(word.trim_end_matches("-linux")));
    if let Some(system) = system {
        findings.source(Source::Uname);
        findings.used(Source::Uname, line, "system");
        if line.text.contains("microsoft-standard-WSL") {
            findings.hypervisor("wsl");
        }
        if let Some(host) = uname_host(&line.text) {
            findings.hostname.get_or_insert(host);
        }
        findings.system(system);
    }
}

fn is_board_key(key: &str) -> bool {
    matches!(key, "Model" | "Hardware" | "Machine model" | "Machine" | "machine")
}

/// What boards with ARM CPUs call themselves in the device tree.
const BOARDS: [&str; 16] = [
    "Raspberry Pi",
    "NVIDIA Jetson",
    "Jetson-",
    "Jetson ",
    "Radxa",
    "Rockchip",
    "Orange Pi",
    "Xunlong",
    "Pine64",
    "FriendlyElec",
    "Hardkernel",
    "Khadas",
    "Libre Computer",
    "Apple Mac",
    "Lenovo ThinkPad X13s",
    "NVIDIA Orin",
];

pub(super) fn is_board(value: &str) -> bool {
    BOARDS.iter().any(|board| value.starts_with(board))
}

/// `/proc/device-tree/model` has no label, and the prompt may follow on its line.
fn board(line: &Line, findings: &mut Findings) {
    let text = line.text.trim();
    if !is_board(text) || text.len() > 200 {
        return;
    }
    let end = text.find(['[', '$']).unwrap_or(text.len());
    let name: String = text.get(..end).unwrap_or(text).trim().chars().take(80).collect();
    findings.source(Source::DeviceTree);
    findings.used(Source::DeviceTree, line, "board");
    findings.cpu.evidence(Evidence { source: Source::DeviceTree, line: line.number, excerpt: name.clone() });
    findings.cpu.board.get_or_insert(name);
}
