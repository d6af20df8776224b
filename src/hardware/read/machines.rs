//! A paste that holds the reports of several machines.

use super::clean::{self, Line, prompt_host};
use super::read_lines;
use crate::hardware::reading::Reading;

/// At most this many machines are told apart in one paste.
const MOST: usize = 64;

/// One machine's part of a paste.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What it says of the machine; lines are counted through the whole paste.
    pub reading: Reading,
    /// Its lines alone, without a host's name before each.
    pub text: String,
}

/// Reads every machine out of a paste that may hold the reports of several, one after the other: in the order of the
/// paste, each with its host's name where a prompt, a heading or a prefix shows it. Lines are counted through the whole
/// paste. There is always one reading at least; of a paste that holds one machine it is what [`super::read`] gives.
///
/// Understood are prompts (`[alice@carbon:~]$ lscpu`, `ssh carbon lscpu`), headings (`=== carbon ===`, `# carbon`,
/// `carbon:`), the headings of pssh and ansible, a host before every line (pdsh, clush, `ssh … | sed s/^/carbon:/`), and
/// reports that begin anew without a word.
pub fn read_each(text: &str) -> Vec<Reading> {
    reports(text).into_iter().map(|report| report.reading).collect()
}

/// The same, each with its part of the paste.
pub fn reports(text: &str) -> Vec<Report> {
    let lines = clean::lines(text);
    let parts = prefixed(&lines).unwrap_or_else(|| parts(&lines));
    if parts.iter().all(|part| part.host.is_none() && !part.begins_anew) {
        return vec![Report { reading: read_lines(&lines), text: text.to_owned() }];
    }
    let mut reports: Vec<Report> = Vec::new();
    for part in joined(parts) {
        let mut reading = read_lines(&part.lines);
        reading.hostname = part.host.or(reading.hostname);
        // What belongs to no machine, such as a greeting before the first, is told with the next reading's passages.
        if !reading.is_empty() {
            let lines: Vec<&str> = part.lines.iter().map(|line| line.text.as_str()).collect();
            reports.push(Report { reading, text: lines.join("\n") });
        }
    }
    if reports.len() > 1 {
        return reports;
    }
    let reading = with_host(read_lines(&lines), reports.pop().map(|report| report.reading));
    vec![Report { reading, text: text.to_owned() }]
}

/// The whole paste's reading, with the host's name that the one machine in it showed.
fn with_host(mut whole: Reading, part: Option<Reading>) -> Reading {
    whole.hostname = whole.hostname.or(part.and_then(|part| part.hostname));
    whole
}

/// The machine of this name among those of a flake: the same name, in any case, without a domain behind it.
///
/// `names`: what the flake calls its machines. A `host` that stands for none gives `None`.
pub fn machine_named<'a>(host: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let short = |name: &str| name.split('.').next().unwrap_or(name).to_lowercase();
    let names: Vec<&str> = names.into_iter().collect();
    let exact = names.iter().find(|name| **name == host);
    exact.or_else(|| names.iter().find(|name| short(name) == short(host))).copied()
}

/// Lines that are of one machine.
#[derive(Default)]
struct Part {
    host: Option<String>,
    lines: Vec<Line>,
    /// It begins with a report that begins anew, not with a name.
    begins_anew: bool,
}

/// Cuts a paste where another machine's name stands, and where a report begins anew.
fn parts(lines: &[Line]) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let mut seen = Beginnings::default();
    // Whether a heading stands before a report takes a reading: no paste has more of them than this.
    let mut headings = 4 * MOST;
    for (index, line) in lines.iter().enumerate() {
        let last = parts.last().and_then(|part| part.host.as_deref());
        let host = host_of(lines, index, &mut headings).filter(|host| Some(host.as_str()) != last);
        if let Some(host) = host {
            seen = Beginnings::default();
            parts.push(Part { host: Some(host), lines: vec![line.clone()], begins_anew: false });
            continue;
        }
        if seen.begins_anew(&line.text) {
            seen = Beginnings::default();
            seen.begins_anew(&line.text);
            parts.push(Part { host: None, lines: vec![line.clone()], begins_anew: true });
            continue;
        }
        if let Some(part) = parts.last_mut() {
            part.lines.push(line.clone());
        }
    }
    parts
}

/// Parts of one host, wherever they stand, are one machine's; what has no name and begins nothing anew belongs to the
/// part before it.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut machines: Vec<Part> = Vec::new();
    for part in parts {
        let same = machines.iter().position(|known| known.host.is_some() && known.host == part.host);
        let nameless_start =
            machines.len() == 1 && machines.iter().all(|known| known.host.is_none() && !has_report(known));
        match same {
            Some(index) => {
                if let Some(known) = machines.get_mut(index) {
                    known.lines.extend(part.lines);
                }
            }
            // A greeting before the first machine.
            None if nameless_start => {
                if let Some(first) = machines.first_mut() {
                    first.host = part.host;
                    first.lines.extend(part.lines);
                }
            }
            None if machines.len() < MOST => machines.push(part),
            None => {}
        }
    }
    machines
}

fn has_report(part: &Part) -> bool {
    part.begins_anew || !read_lines(&part.lines).is_empty()
}

/// The lines with which a report begins, and which no report holds twice.
#[derive(Default)]
struct Beginnings {
    lscpu: bool,
    cpuinfo: bool,
    facter: bool,
    nvidia: bool,
    uname: Option<String>,
}

impl Beginnings {
    /// Whether the line begins a report that this machine has already.
    fn begins_anew(&mut self, text: &str) -> bool {
        let label =
            |key: &str| text.split_once(':').filter(|(found, _)| found.trim() == key).map(|(_, value)| value.trim());
        // lscpu begins with the architecture, in any language.
        let is_architecture = text.split_once(':').is_some_and(|(key, value)| {
            !key.starts_with([' ', '\t', '"'])
                && key.chars().count() <= 20
                && matches!(value.trim(), "x86_64" | "aarch64")
        });
        let slot = if is_architecture {
            &mut self.lscpu
        } else if label("processor") == Some("0") {
            &mut self.cpuinfo
        } else if text.starts_with("name, compute_cap") {
            &mut self.nvidia
        } else if text.trim_start().starts_with("\"hardware\": {") {
            &mut self.facter
        } else if let Some(host) = uname_host(text) {
            let other = self.uname.as_ref().is_some_and(|known| *known != host);
            self.uname = Some(host);
            return other;
        } else {
            return false;
        };
        std::mem::replace(slot, true)
    }
}

/// `Linux carbon 6.12.30 #1-NixOS SMP …`
pub(super) fn uname_host(text: &str) -> Option<String> {
    let mut words = text.strip_prefix("Linux ")?.split(' ');
    let host = words.next().filter(|host| is_host(host) && *host != "localhost")?;
    words.next().filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(host.to_owned())
}

/// The host that a line names, as a prompt or as the heading of what follows.
fn host_of(lines: &[Line], index: usize, headings: &mut usize) -> Option<String> {
    let text = lines.get(index)?.text.trim();
    if let Some(host) = commanded(text).or_else(|| prompt_host(text)).or_else(|| uname_host(text)) {
        return Some(host);
    }
    let host = heading(text)?;
    *headings = headings.checked_sub(1)?;
    is_followed_by_a_report(lines, index).then_some(host)
}

/// The other machine that a command runs on: `$ ssh root@carbon lscpu`, `nix run … --target-host` is none.
fn commanded(text: &str) -> Option<String> {
    let (before, rest) = text.split_once("ssh ")?;
    let is_prompt = before.is_empty() || before.ends_with(['$', '#', '%', '❯', '➜', '>', ' ']);
    let target = rest.split(' ').find(|word| !word.starts_with('-') && !word.is_empty())?;
    let host = target.rsplit('@').next().unwrap_or(target);
    // "ssh $h lscpu" within a loop names no host.
    (is_prompt && is_host(host)).then(|| host.split('.').next().unwrap_or(host).to_owned())
}

/// `=== carbon ===`, `--- carbon`, `## carbon`, `carbon:`, `[carbon]`, `host: carbon`, `carbon | CHANGED | rc=0 >>`,
/// `[1] 12:00:00 [SUCCESS] carbon`.
fn heading(text: &str) -> Option<String> {
    if text.len() > 120 {
        return None;
    }
    if let Some((host, _)) = text.split_once(" | ").filter(|(_, rest)| rest.contains("rc=") && rest.ends_with(">>")) {
        return is_host(host).then(|| host.to_owned());
    }
    if let Some((_, host)) = text.split_once("[SUCCESS] ") {
        return is_host(host.trim()).then(|| host.trim().to_owned());
    }
    let rule = |c: char| matches!(c, '=' | '-' | '#' | '*' | '+' | '~' | '>' | '<' | ' ' | '[' | ']' | ':');
    let inner = text.trim_matches(rule);
    let is_marked = inner.len() < text.len();
    let named = [
        "host ",
        "Host ",
        "hostname ",
        "Machine ",
        "machine ",
        "on ",
        "host: ",
        "Host: ",
        "hostname: ",
        "Hostname: ",
        "machine: ",
    ]
    .iter()
    .find_map(|word| inner.strip_prefix(word));
    let host = named.unwrap_or(inner).trim();
    ((is_marked || named.is_some()) && is_host(host) && !is_format(host)).then(|| host.to_owned())
}

/// Headings that name what follows, not a machine: `# lscpu`, `CPU:`.
fn is_format(word: &str) -> bool {
    const WORDS: [&str; 34] = [
        "lscpu",
        "lspci",
        "cpu",
        "gpu",
        "gpus",
        "cpus",
        "graphics",
        "uname",
        "hardware",
        "system",
        "nvidia-smi",
        "rocminfo",
        "vulkaninfo",
        "cpuinfo",
        "flags",
        "vulnerabilities",
        "virtualization",
        "caches",
        "numa",
        "output",
        "log",
        "logs",
        "dmesg",
        "inxi",
        "device",
        "devices",
        "machine",
        "memory",
        "summary",
        "info",
        "details",
        "code",
        "gpu0",
        "gpu1",
    ];
    WORDS.contains(&word.to_lowercase().as_str())
}

fn is_host(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 63
        && word.starts_with(|c: char| c.is_ascii_alphabetic())
        && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
}

/// Whether one of the next lines begins a report: a heading stands before something.
fn is_followed_by_a_report(lines: &[Line], index: usize) -> bool {
    let next: Vec<Line> =
        lines.iter().skip(index + 1).filter(|line| !line.text.trim().is_empty()).take(3).cloned().collect();
    !read_lines(&next).is_empty()
}

/// A host before every line: `carbon: Architecture: x86_64`. `None` where the lines have none.
fn prefixed(lines: &[Line]) -> Option<Vec<Part>> {
    let mut parts: Vec<Part> = Vec::new();
    let mut count = 0;
    for line in lines.iter().filter(|line| !line.text.trim().is_empty()) {
        let (host, rest) = line
            .text
            .split_once(": ")
            .or_else(|| line.text.split_once(":\t"))
            .or_else(|| Some((line.text.strip_suffix(':')?, "")))?;
        if !is_host(host) || is_format(host) {
            return None;
        }
        count += 1;
        let line = Line { number: line.number, text: rest.to_owned() };
        let is_full = parts.len() >= MOST;
        match parts.iter_mut().find(|part| part.host.as_deref() == Some(host)) {
            Some(part) => part.lines.push(line),
            None if is_full => return None,
            None => parts.push(Part { host: Some(host.to_owned()), lines: vec![line], begins_anew: false }),
        }
    }
    // The labels of one report would be as many hosts with a line each.
    let is_each_long = parts.iter().all(|part| part.lines.len() >= 3);
    (count >= 6 && is_each_long && parts.iter().all(has_report)).then_some(parts)
}
