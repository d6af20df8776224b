//! What identifies a machine is taken out, and nothing else.

use llama_fleet::hardware::scrub;

fn check(text: &str, expected: &str) {
    assert_eq!(scrub(text), expected);
}

#[test]
fn serial_numbers_go() {
    check("Serial\t\t: 10000000abcdef01", "Serial\t\t: (removed)");
    check("\tSerial Number: PF2ABCDE", "\tSerial Number: (removed)");
    check("        \"serial\": \"S4EWNX0N123456\",", "        \"serial\": \"(removed)\",");
    check("        \"serial\": 12345,", "        \"serial\": \"(removed)\",");
    check("  iSerial                 3 0123456789AB", "  iSerial (removed)");
    check("Asset Tag: X-12", "Asset Tag: (removed)");
    check("networking.hostId = \"8425e349\";", "networking.hostId = (removed);");
    check("Machine ID: 0123456789abcdef0123456789abcdef", "Machine ID: (removed)");
}

#[test]
fn addresses_and_ids_go() {
    check("link/ether 9c:b6:d0:12:34:56 brd ff:ff", "link/ether (removed) brd ff:ff");
    check("mac 9C-B6-D0-12-34-56.", "mac (removed).");
    check("GPU 0: RTX 3090 (UUID: GPU-5f2c1e9a-77aa-4d31-9c58-0d1b2a3c4d5e)", "GPU 0: RTX 3090 (UUID: (removed))");
    check("  Uuid:   GPU-1c2d3e4f5a6b7c8d  ", "  Uuid:   (removed)  ");
    check("deviceUUID = 868046a6-0c00-0000-0002-000000000000", "deviceUUID = (removed)");
    check("device = \"/dev/disk/by-uuid/1A2B-3C4D\";", "device = \"/dev/disk/by-uuid/(removed)\";");
    check("/dev/disk/by-id/nvme-Samsung_S4EWNX0N", "/dev/disk/by-id/(removed)");
    check("root=UUID=7f3c0d1e-2b4a-4c6d-8e9f-0a1b2c3d4e5f rw", "root=UUID=(removed) rw");
    check("wwn 0x5002538e40b2c3d4", "wwn (removed)");
}

#[test]
fn what_describes_the_hardware_stays() {
    for line in [
        "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)",
        "00:1f.5 Serial bus controller [0c80]: Intel Corporation SPI Controller [8086:a1a4] (rev 0a)",
        "03:00.0 Serial Attached SCSI controller: Broadcom SAS3008",
        "|   0  NVIDIA GeForce RTX 3090        Off |   00000000:01:00.0  On |                  N/A |",
        "pci:v000010DEd00002204sv00001043sd000087B5bc03sc00i00",
        "Flags: fpu vme de pse tsc msr pae mce cx8 apic sep mtrr serialize",
        "        \"sysfs_bus_id\": \"0000:01:00.0\",",
        "        \"serial\": {",
        "  Chip ID:                 29772(0x744c)",
        "Sat Nov 21 12:04:11 2026",
        "Address sizes: 39 bits physical, 48 bits virtual",
    ] {
        check(line, line);
    }
}

#[test]
fn json_on_one_line_keeps_its_form() {
    check(
        r#"{"serial":"ABC123","name":"disk","uuid":"x","n":1,"addresses":["9c:b6:d0:12:34:56"]}"#,
        r#"{"serial": "(removed)","name":"disk","uuid": "(removed)","n":1,"addresses":["(removed)"]}"#,
    );
}

#[test]
fn line_breaks_stay() {
    check("a\r\nSerial: 1\r\n\n", "a\r\nSerial: (removed)\r\n\n");
    check("", "");
}
