//! `hardware-configuration.nix`: it knows the makers, not the models.

use super::clean::Line;
use super::gather::{Findings, FoundGpu, GuessedVendor, evidence};
use crate::hardware::GpuVendor;
use crate::hardware::reading::Source;

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut recognised = false;
    // Within a list of kernel modules or drivers that goes on over several lines.
    let mut in_list = false;
    for line in lines {
        // A comment says nothing; `#` within a string does not occur in what is read here.
        let code = line.text.split('#').next().unwrap_or_default();
        if code.contains('=') || code.contains("modulesPath") {
            recognised |= platform(code, findings);
            recognised |= microcode(code, line, findings);
            recognised |= guest(code, findings);
            in_list = names_modules(code);
        }
        if in_list {
            recognised = true;
            modules(code, line, findings);
            in_list = !code.contains(']') && !code.contains(';');
        }
    }
    if recognised {
        findings.source(Source::HardwareConfiguration);
    }
}

/// The option's path before the `=`; within `boot = { … };` its last parts.
fn path(code: &str) -> &str {
    code.split('=').next().unwrap_or_default().trim()
}

fn ends_with(path: &str, option: &str) -> bool {
    path.strip_suffix(option).is_some_and(|before| before.is_empty() || before.ends_with(['.', ' ', '{']))
}

/// `nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";`
fn platform(code: &str, findings: &mut Findings) -> bool {
    let options = ["hostPlatform", "hostPlatform.system", "nixpkgs.system", "localSystem.system"];
    let Some(value) =
        options.iter().any(|option| ends_with(path(code), option)).then(|| code.split_once('=')).flatten()
    else {
        return false;
    };
    let value = value.1;
    let Some(system) = value.split('"').nth(1).filter(|system| system.len() <= 40 && system.contains('-')) else {
        return false;
    };
    findings.system(system);
    true
}

fn microcode(code: &str, line: &Line, findings: &mut Findings) -> bool {
    let vendor = match path(code) {
        path if ends_with(path, "cpu.intel.updateMicrocode") => GuessedVendor::Intel,
        path if ends_with(path, "cpu.amd.updateMicrocode") => GuessedVendor::Amd,
        _ => return false,
    };
    guess(vendor, line, findings);
    true
}

fn guess(vendor: GuessedVendor, line: &Line, findings: &mut Findings) {
    findings.cpu.guessed_vendor.get_or_insert(vendor);
    findings.cpu.evidence(evidence(Source::HardwareConfiguration, line));
}

/// `(modulesPath + "/profiles/qemu-guest.nix")`, `virtualisation.hypervGuest.enable = true;`
fn guest(code: &str, findings: &mut Findings) -> bool {
    const GUESTS: [(&str, &str); 5] = [
        ("profiles/qemu-guest.nix", "kvm"),
        ("virtualisation.hypervGuest.enable", "hyper-v"),
        ("virtualisation.virtualbox.guest.enable", "virtualbox"),
        ("virtualisation.vmware.guest.enable", "vmware"),
        ("virtualisation.xen.guest", "xen"),
    ];
    let Some((_, name)) = GUESTS.iter().find(|(mark, _)| code.contains(mark)) else { return false };
    findings.hypervisor(name);
    true
}

/// `boot.kernelModules = [ "kvm-amd" ];`, `boot.initrd.kernelModules = [ "amdgpu" ];`, `services.xserver.videoDrivers`.
fn names_modules(code: &str) -> bool {
    let lists = ["kernelModules", "availableKernelModules", "extraModulePackages", "videoDrivers"];
    lists.iter().any(|list| ends_with(path(code), list)) && code.contains('[')
}

fn modules(code: &str, line: &Line, findings: &mut Findings) {
    let gpu = |vendor: GpuVendor, findings: &mut Findings| {
        let known = findings
            .gpus
            .iter()
            .any(|known| known.source == Source::HardwareConfiguration && known.gpu.vendor == vendor);
        if !known {
            findings.gpu(FoundGpu::new(Source::HardwareConfiguration, vendor, "", line).completed());
        }
    };
    for word in code.split('"').skip(1).step_by(2).take(200) {
        match word {
            "kvm-intel" => guess(GuessedVendor::Intel, line, findings),
            "kvm-amd" => guess(GuessedVendor::Amd, line, findings),
            "amdgpu" => gpu(GpuVendor::Amd, findings),
            "nvidia" => gpu(GpuVendor::Nvidia, findings),
            _ => {}
        }
    }
}
