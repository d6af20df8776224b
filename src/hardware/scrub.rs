//! Takes serial numbers, MAC addresses and UUIDs out of a text.

/// What stands in the place of what was taken out.
const REMOVED: &str = "(removed)";

/// The text without serial numbers, MAC addresses, UUIDs and what identifies a machine like them (machine and host ids,
/// disks' ids, WWNs). Line breaks stay where they are. Doing it twice changes nothing more.
pub fn scrub(text: &str) -> String {
    let mut scrubbed = String::with_capacity(text.len());
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            scrubbed.push('\n');
        }
        scrub_line(line, &mut scrubbed);
    }
    scrubbed
}

/// Words in a line's key that say that its value identifies the machine.
const TELLING: [&str; 12] = [
    "serial",
    "uuid",
    "asset tag",
    "asset_tag",
    "hostid",
    "machine-id",
    "machine_id",
    "machine id",
    "wwn",
    "hwaddr",
    "service tag",
    "permanent hw address",
];

fn scrub_line(line: &str, out: &mut String) {
    if line.matches("\":").nth(1).is_some() {
        scrub_dense_json(line, out);
        return;
    }
    // lsusb -v writes no colon: "  iSerial                 3 0123456789AB"
    if let Some(at) = line.find("iSerial ").filter(|at| line.get(..*at).is_some_and(|before| before.trim().is_empty()))
        && let Some((key, _)) = line.split_at_checked(at + "iSerial ".len())
    {
        out.push_str(key);
        out.push_str(REMOVED);
        return;
    }
    if let Some((key, separator, value)) = key_and_value(line) {
        // `take`: a key is short; a long line is none.
        let name: String = key.chars().take(80).collect::<String>().to_lowercase();
        let names_a_port = name.contains("serial") && SERIAL_BUSES.iter().any(|bus| name.contains(bus));
        if TELLING.iter().any(|word| name.contains(word)) && !names_a_port && !is_empty_value(value) {
            scrub_words(key, out);
            out.push_str(separator);
            out.push_str(&masked(value, key.trim_start().starts_with('"')));
            return;
        }
    }
    scrub_words(line, out);
}

/// JSON without line breaks: the value behind every telling key, then the words.
fn scrub_dense_json(line: &str, out: &mut String) {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("\":") {
        let Some((before, after)) = rest.split_at_checked(at + 2) else { break };
        let key: String =
            before.trim_end_matches("\":").rsplit('"').next().unwrap_or_default().chars().take(80).collect();
        plain.push_str(before);
        rest = after;
        let telling = TELLING.iter().any(|word| key.to_lowercase().contains(word));
        let value = after.trim_start();
        if telling && let Some(string) = value.strip_prefix('"') {
            let end = string.find('"').unwrap_or(string.len());
            plain.push_str(&format!(" \"{REMOVED}"));
            rest = string.get(end..).unwrap_or_default();
        }
    }
    plain.push_str(rest);
    scrub_words(&plain, out);
}

/// lspci's "Serial controller", "Serial bus controller", "Serial Attached SCSI controller".
const SERIAL_BUSES: [&str; 4] = ["serial controller", "serial bus", "serial attached", "serial ata"];

fn key_and_value(line: &str) -> Option<(&str, &str, &str)> {
    let at = line.find([':', '=']).filter(|at| *at <= 100)?;
    let (key, rest) = line.split_at_checked(at)?;
    let (separator, value) = rest.split_at_checked(1)?;
    Some((key, separator, value))
}

/// Nothing to hide: no value, an opening bracket, a word such as "None" or "To be filled by O.E.M.".
fn is_empty_value(value: &str) -> bool {
    let plain = value.trim().trim_end_matches([',', ';']).trim_matches(['"', '\'']);
    plain.is_empty() || matches!(plain, "{" | "[" | "{}" | "[]" | "null" | "true" | "false" | "None" | "N/A" | REMOVED)
}

/// The value replaced, with the quotes and commas around it kept, so that JSON stays JSON.
fn masked(value: &str, in_json: bool) -> String {
    let start = value.len() - value.trim_start().len();
    let end = value.trim_end().trim_end_matches([',', ';']).len();
    let (lead, rest) = value.split_at_checked(start).unwrap_or(("", value));
    let (_, tail) = rest.split_at_checked(end.saturating_sub(start)).unwrap_or((rest, ""));
    let quote = if in_json { "\"" } else { "" };
    format!("{lead}{quote}{REMOVED}{quote}{tail}")
}

/// Copies a line word by word, without the words that are addresses or ids in themselves.
fn scrub_words(line: &str, out: &mut String) {
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        scrub_word(word, out);
        let gap = after.find(is_word).unwrap_or(after.len());
        let (blank, next) = after.split_at_checked(gap).unwrap_or((after, ""));
        out.push_str(blank);
        rest = next;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.' | '/' | '+')
}

fn scrub_word(word: &str, out: &mut String) {
    if let Some(at) =
        ["by-uuid/", "by-partuuid/", "by-id/"].iter().find_map(|folder| word.find(folder).map(|at| at + folder.len()))
        && let Some((path, id)) = word.split_at_checked(at)
        && !id.is_empty()
    {
        out.push_str(path);
        out.push_str(REMOVED);
        return;
    }
    // A path or a sentence's colon: look at the parts, but not within a MAC address.
    for (index, part) in word.split('/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        let core = part.trim_end_matches([':', '.', '-']);
        if is_mac(core) || is_uuid(core) || is_long_id(core) {
            out.push_str(REMOVED);
            out.push_str(part.get(core.len()..).unwrap_or_default());
        } else {
            out.push_str(part);
        }
    }
}

/// Six pairs (or InfiniBand's eight and twenty) of hexadecimal digits, between `:` or `-`.
fn is_mac(word: &str) -> bool {
    [':', '-'].into_iter().any(|separator| {
        let mut pairs = 0;
        let all = word.split(separator).all(|pair| {
            pairs += 1;
            pair.len() == 2 && pair.bytes().all(|b| b.is_ascii_hexdigit())
        });
        all && matches!(pairs, 6 | 8 | 20)
    })
}

/// 8-4-4-4-12 hexadecimal digits, also behind `GPU-` or `MIG-`, and vulkaninfo's UUIDs.
fn is_uuid(word: &str) -> bool {
    let plain = ["GPU-", "MIG-", "urn:uuid:"].iter().find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
    let mut lengths = [8, 4, 4, 4, 12].into_iter();
    let fits =
        plain.split('-').all(|part| lengths.next() == Some(part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit()));
    (fits && lengths.next().is_none()) || (word.starts_with("GPU-") && is_hex(plain) && plain.len() >= 12)
}

/// A machine id, a hash-like id or a WWN: 16 and more hexadecimal digits in one piece, with a digit among them.
fn is_long_id(word: &str) -> bool {
    let plain = ["0x", "eui.", "naa.", "wwn-0x", "nvme-eui."]
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix))
        .unwrap_or(word);
    let prefixed = plain.len() < word.len();
    let minimum = if prefixed { 16 } else { 32 };
    is_hex(plain) && plain.len() >= minimum && plain.len() <= 64 && plain.bytes().any(|b| b.is_ascii_digit())
}

fn is_hex(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_hexdigit())
}
