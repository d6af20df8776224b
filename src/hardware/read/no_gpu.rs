//! Display devices on which nothing computes: those of servers' management and of virtual machines.

/// What is said of such a device; `None` for others.
pub(super) fn no_gpu(vendor: Option<u16>, device: Option<u16>, name: &str) -> Option<String> {
    const BY_ID: [(u16, Option<u16>, &str); 14] = [
        (0x1a03, None, "ASPEED, the management controller's display"),
        (0x102b, None, "Matrox, the management controller's display"),
        (0x19e5, Some(0x1711), "Huawei iBMC, the management controller's display"),
        (0x18ca, None, "XGI, a server's display"),
        (0x126f, None, "Silicon Motion, a server's display"),
        (0x1002, Some(0x515e), "ATI ES1000, a server's display"),
        (0x1002, Some(0x4752), "ATI Rage XL, a server's display"),
        (0x1234, None, "QEMU's virtual display"),
        (0x1af4, None, "virtio's virtual display"),
        (0x1b36, None, "QXL, a virtual display"),
        (0x15ad, None, "VMware's virtual display"),
        (0x80ee, None, "VirtualBox's virtual display"),
        (0x1414, None, "Hyper-V's virtual display"),
        (0x1013, None, "Cirrus, a virtual display"),
    ];
    const BY_NAME: [(&str, &str); 12] = [
        ("ASPEED", "ASPEED, the management controller's display"),
        ("Matrox", "Matrox, the management controller's display"),
        ("iBMC", "Huawei iBMC, the management controller's display"),
        ("ES1000", "ATI ES1000, a server's display"),
        ("Silicon Motion", "Silicon Motion, a server's display"),
        ("QEMU", "QEMU's virtual display"),
        ("Virtio", "virtio's virtual display"),
        ("Red Hat", "a virtual display"),
        ("VMware", "VMware's virtual display"),
        ("VirtualBox", "VirtualBox's virtual display"),
        ("Hyper-V", "Hyper-V's virtual display"),
        ("Cirrus", "Cirrus, a virtual display"),
    ];
    let by_id = vendor.and_then(|vendor| {
        BY_ID
            .iter()
            .find(|(known, id, _)| *known == vendor && (id.is_none() || *id == device))
            .map(|(_, _, what)| *what)
    });
    let by_name = || {
        BY_NAME
            .iter()
            .find(|(mark, _)| name.starts_with(mark) || (name.contains(mark) && vendor.is_none()))
            .map(|(_, what)| *what)
    };
    by_id.or_else(by_name).map(|what| format!("Left out: {what}. Nothing can be computed on it."))
}
