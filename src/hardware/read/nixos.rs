//! `hardware-configuration.nix`: it knows the makers, not the models.

use super::clean::Line;
use super::gather::{Findings, FoundGpu, GuessedVendor, evidence};
use crate::hardware::GpuVendor;
use crate::hardware::reading::Source;

pub(super) fn read(lines: &[Line], findings: &mut Findings) {
    let mut recognised = false;
    let mut amdgpu = false;
    for line in lines {
        // A comment says nothing; `#` within a string does not occur in what is read here.
        let code = line.text.split('#').next().unwrap_or_default();
        if !code.contains('=') && !code.contains("modulesPath") {
            continue;
        }
        recognised |= platform(code, findings);
        recognised |= microcode(code, line, findings);
        recognised |= guest(code, findings);
        recognised |= modules(code, line, &mut amdgpu, findings);
    }
    if recognised {
        findings.source(Source::HardwareConfiguration);
    }
}

/// `nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux";`
fn platform(code: &str, findings: &mut Findings) -> bool {
    let Some((path, value)) = code.split_once('=') else { return false };
    let path = path.trim();
    if !matches!(
        path,
        "nixpkgs.hostPlatform" | "nixpkgs.hostPlatform.system" | "nixpkgs.system" | "nixpkgs.localSystem.system"
    ) {
        return false;
    }
    let Some(system) = value.split('"').nth(1).filter(|system| system.len() <= 40 && system.contains('-')) else {
        return false;
    };
    findings.system(system);
    true
}

fn microcode(code: &str, line: &Line, findings: &mut Findings) -> bool {
    let path = code.split('=').next().unwrap_or_default().trim();
    let vendor = match path {
        "hardware.cpu.intel.updateMicrocode" => GuessedVendor::Intel,
        "hardware.cpu.amd.updateMicrocode" => GuessedVendor::Amd,
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
fn modules(code: &str, line: &Line, amdgpu: &mut bool, findings: &mut Findings) -> bool {
    let path = code.split('=').next().unwrap_or_default().trim();
    let lists = [
        "boot.kernelModules",
        "boot.initrd.kernelModules",
        "boot.initrd.availableKernelModules",
        "boot.extraModulePackages",
        "services.xserver.videoDrivers",
    ];
    if !lists.contains(&path) {
        return false;
    }
    for word in code.split('"').skip(1).step_by(2).take(200) {
        match word {
            "kvm-intel" => guess(GuessedVendor::Intel, line, findings),
            "kvm-amd" => guess(GuessedVendor::Amd, line, findings),
            "amdgpu" if !*amdgpu => {
                *amdgpu = true;
                findings.gpu(FoundGpu::new(Source::HardwareConfiguration, GpuVendor::Amd, "", line).completed());
            }
            "nvidia" => findings
                .gpus
                .push(FoundGpu::new(Source::HardwareConfiguration, GpuVendor::Nvidia, "", line).completed()),
            _ => {}
        }
    }
    true
}
