//! Links that hold a request: `#v1.` and the request's JSON, deflated, in URL-safe Base64.
//!
//! Only what differs from version 1's defaults is written. A change of a default, or of the meaning of a field, needs
//! a new version; the golden links under `tests/` keep every released one readable.

use std::fmt;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use serde_json::{Map, Value};

use crate::kind::MachineKind;
use crate::request::{Machine, Options, Request, Server};

const VERSION_1: &str = "v1.";

/// The longest link that is read, in bytes: a 60 kB flake takes about 15 kB, browsers keep up to 2 MB.
const LONGEST_LINK: usize = 2 << 20;

/// The most that a link may unpack to, in bytes.
const LARGEST_REQUEST: usize = 4 << 20;

/// Mail programs and chats add padding now and then, or cut it off: both are read.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a link holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// `files` is empty in a link that holds the form alone. What this version does not know is in `unrecognised`.
    pub request: Request,
    /// Whether the link holds the files too.
    pub has_files: bool,
}

/// Why a link cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkError {
    /// The fragment is not one of ours.
    NotALink,
    /// The link is of a version that this page does not know, for instance `v2`.
    UnknownVersion(String),
    /// Longer than any link that is made here.
    TooLong,
    /// A part is missing or changed.
    Damaged,
    /// It unpacks to more than any request holds.
    TooLarge,
    /// It unpacks to something that is no request; the reason.
    NotARequest(String),
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::NotALink => f.write_str("this is not a link made by this page"),
            LinkError::UnknownVersion(version) => {
                write!(
                    f,
                    "the link is of version {version}, which this page does not know; reload the page to get its newest version"
                )
            }
            LinkError::TooLong => write!(f, "the link is longer than {} MB", LONGEST_LINK >> 20),
            LinkError::Damaged => f.write_str("a part of the link is missing or changed; copy it again, whole"),
            LinkError::TooLarge => write!(f, "the link unpacks to more than {} MB", LARGEST_REQUEST >> 20),
            LinkError::NotARequest(reason) => write!(f, "the link does not hold a form: {reason}"),
        }
    }
}

impl std::error::Error for LinkError {}

/// The fragment, from `#` on, that holds this request: the form alone, or the files too.
///
/// An error where it would be a link that [`decode`] refuses: [`LinkError::TooLong`] or [`LinkError::TooLarge`].
pub fn encode(request: &Request, with_files: bool) -> Result<String, LinkError> {
    let json = Value::Object(fields(request, with_files)).to_string();
    if json.len() > LARGEST_REQUEST {
        return Err(LinkError::TooLarge);
    }
    let body = BASE64.encode(compress_to_vec(json.as_bytes(), 9));
    match body.len() > LONGEST_LINK {
        true => Err(LinkError::TooLong),
        false => Ok(format!("#{VERSION_1}{body}")),
    }
}

/// Reads a fragment, with or without its `#`. Whatever it holds, this ends quickly and within a few dozen megabytes.
pub fn decode(fragment: &str) -> Result<Link, LinkError> {
    let text = fragment.trim().trim_start_matches('#');
    let Some(body) = text.strip_prefix(VERSION_1) else {
        return Err(other_version(text).map_or(LinkError::NotALink, LinkError::UnknownVersion));
    };
    if body.len() > LONGEST_LINK {
        return Err(LinkError::TooLong);
    }
    let packed = BASE64.decode(body).map_err(|_| LinkError::Damaged)?;
    let json = decompress_to_vec_with_limit(&packed, LARGEST_REQUEST).map_err(|error| match error.status {
        TINFLStatus::HasMoreOutput => LinkError::TooLarge,
        _ => LinkError::Damaged,
    })?;
    let mut map: Map<String, Value> = match serde_json::from_slice(&json) {
        Ok(map) => map,
        // Cut-off or changed bytes mostly unpack to text that is not JSON at all.
        Err(error) if error.is_syntax() || error.is_eof() => return Err(LinkError::Damaged),
        Err(error) => return Err(LinkError::NotARequest(error.to_string())),
    };
    let has_files = map.contains_key("files");
    for left_out in ["files", "machines"] {
        map.entry(left_out).or_insert_with(|| Value::Object(Map::new()));
    }
    let request =
        serde_json::from_value(Value::Object(map)).map_err(|error| LinkError::NotARequest(error.to_string()))?;
    Ok(Link { request, has_files })
}

/// `v2` of `v2.…`: a version that is not 1, written as versions are.
fn other_version(text: &str) -> Option<String> {
    let (version, _) = text.split_once('.')?;
    let digits = version.strip_prefix('v')?;
    let sane = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    sane.then(|| version.to_owned())
}

/// The request's fields that differ from their defaults.
fn fields(request: &Request, with_files: bool) -> Map<String, Value> {
    let mut fields = Map::new();
    if with_files {
        fields.insert("files".into(), json(&request.files));
    }
    for kind in MachineKind::ALL {
        let chosen = request.of_kind(kind).iter();
        let chosen: Map<String, Value> =
            chosen.map(|(name, machine)| (name.clone(), machine_fields(machine))).collect();
        if kind.is_nixos() || !chosen.is_empty() {
            fields.insert(kind.field().into(), Value::Object(chosen));
        }
    }
    match without_defaults(json(&request.options), &json(&Options::default())) {
        Value::Object(options) if options.is_empty() => {}
        options => {
            fields.insert("options".into(), options);
        }
    }
    fields
}

fn machine_fields(machine: &Machine) -> Value {
    let mut fields = without_defaults(json(machine), &json(&Machine::new(machine.variant)));
    fields["variant"] = json(&machine.variant);
    if let Some(server) = &machine.server {
        fields["server"] = without_defaults(json(server), &json(&Server::default()));
    }
    fields
}

/// Of an object, recursively, the fields that differ from the default's; any other value as it is.
fn without_defaults(value: Value, default: &Value) -> Value {
    let (Value::Object(fields), Value::Object(defaults)) = (&value, default) else { return value };
    let kept = fields.iter().filter(|(name, value)| defaults.get(*name) != Some(value)).map(|(name, value)| {
        let default = defaults.get(name).unwrap_or(&Value::Null);
        (name.clone(), without_defaults(value.clone(), default))
    });
    Value::Object(kept.collect())
}

fn json(value: &impl serde::Serialize) -> Value {
    serde_json::to_value(value).expect("requests are made of strings, numbers, lists and maps with string keys")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::{Choice, Cpu, Follows, Install, Style, Variant};

    fn everything() -> Request {
        let mut request = Request::default();
        request.files.insert("flake.nix".into(), "{ }\n".into());
        let mut carbon = Machine::new(Variant::Cuda);
        carbon.system = Some("aarch64-linux".into());
        carbon.cpu = Cpu::Features { features: vec!["SSE42".into(), "AVX".into()] };
        carbon.cuda_capabilities = vec!["8.6".into()];
        carbon.drivers = false;
        carbon.switches.set("tests", Choice::Flag(true));
        carbon.switches.set("blas", Choice::Text("openblas".into()));
        carbon.install = Install::Home("alice".into());
        carbon.server = Some(Server { model: Some("/srv/m.gguf".into()), ..Server::default() });
        request.machines.insert("carbon".into(), carbon);
        request.machines.insert("a.b \"c\"".into(), Machine::new(Variant::Cpu));
        request
            .machines
            .insert("server".into(), Machine { server: Some(Server::default()), ..Machine::new(Variant::Rocm) });
        request.options.style = Style::Overlay;
        request.options.input.follows = Follows::Named("unstable".into());
        request.options.remove = vec!["nixos/pkgs/old.nix".into()];
        request
    }

    fn link_of(json: &str) -> String {
        format!("#v1.{}", BASE64.encode(compress_to_vec(json.as_bytes(), 9)))
    }

    #[test]
    fn a_request_comes_back_as_it_was() {
        let request = everything();
        assert_eq!(decode(&encode(&request, true).unwrap()), Ok(Link { request: request.clone(), has_files: true }));
        let form = Request { files: Default::default(), ..request.clone() };
        assert_eq!(decode(&encode(&request, false).unwrap()), Ok(Link { request: form, has_files: false }));
    }

    #[test]
    fn defaults_are_left_out() {
        let mut request = Request::default();
        request.machines.insert("a".into(), Machine::new(Variant::Vulkan));
        assert_eq!(Value::Object(fields(&request, false)).to_string(), r#"{"machines":{"a":{"variant":"vulkan"}}}"#);
    }

    #[test]
    fn a_form_of_four_machines_is_a_short_link() {
        let mut request = Request::default();
        for (name, variant) in [
            ("carbon", Variant::Vulkan),
            ("beryllium", Variant::Vulkan),
            ("boron", Variant::Cuda),
            ("nitrogen", Variant::Cpu),
        ] {
            let cpu = Cpu::March { march: "znver4".into() };
            request.machines.insert(name.into(), Machine { cpu, ..Machine::new(variant) });
        }
        let link = encode(&request, false).unwrap();
        assert!(link.len() < 200, "{} characters", link.len());
    }

    #[test]
    fn links_survive_padding_blanks_and_a_missing_hash() {
        let link = encode(&everything(), false).unwrap();
        let expected = decode(&link);
        assert!(expected.is_ok());
        let padding = "=".repeat((4 - (link.len() - "#v1.".len()) % 4) % 4);
        assert_eq!(decode(&format!("  {link}{padding}\n")), expected);
        assert_eq!(decode(&link[1..]), expected);
    }

    #[test]
    fn unknown_values_are_named() {
        let link = decode(&link_of(r#"{"machines":{"a":{"variant":"opencl"}},"colour":1}"#)).unwrap();
        let paths: Vec<_> = link.request.unrecognised.iter().map(|field| field.path.as_str()).collect();
        assert_eq!(paths, ["machines.a.variant", "colour"]);
    }

    #[test]
    fn what_is_no_link_is_refused_with_the_reason() {
        assert_eq!(decode(""), Err(LinkError::NotALink));
        assert_eq!(decode("#section"), Err(LinkError::NotALink));
        assert_eq!(decode("#v2.abc"), Err(LinkError::UnknownVersion("v2".into())));
        assert_eq!(decode("#v1."), Err(LinkError::Damaged));
        assert_eq!(decode("#v1.not base64!"), Err(LinkError::Damaged));
        assert_eq!(decode(&link_of("{\"machines\":")), Err(LinkError::Damaged));
        assert!(matches!(decode(&link_of("[]")), Err(LinkError::NotARequest(_))));
        assert!(matches!(decode(&link_of(r#"{"machines":[]}"#)), Err(LinkError::NotARequest(_))));
        let cut = encode(&everything(), true).unwrap();
        assert_eq!(decode(&cut[..cut.len() - 12]), Err(LinkError::Damaged));
    }

    #[test]
    fn no_link_is_made_that_could_not_be_read() {
        let with_file = |text: String| {
            let mut request = everything();
            request.files.insert("notes.txt".into(), text);
            request
        };
        assert_eq!(encode(&with_file("a".repeat(LARGEST_REQUEST)), true), Err(LinkError::TooLarge));
        // text that does not shrink: a generator by Numerical Recipes, as hexadecimal numbers
        let numbers =
            std::iter::successors(Some(1u32), |last| Some(last.wrapping_mul(1_664_525).wrapping_add(1_013_904_223)));
        let noise: String = numbers.take(460_000).map(|number| format!("{number:08x}")).collect();
        assert!(noise.len() < LARGEST_REQUEST);
        assert_eq!(encode(&with_file(noise.clone()), true), Err(LinkError::TooLong));
        let just_fits = with_file(noise[..2 << 20].to_owned());
        assert_eq!(decode(&encode(&just_fits, true).unwrap()).map(|link| link.request), Ok(just_fits));
        assert!(encode(&with_file(noise), false).is_ok());
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = BASE64.encode(compress_to_vec(&vec![b' '; 64 << 20], 9));
        assert_eq!(decode(&format!("#v1.{bomb}")), Err(LinkError::TooLarge));
        assert_eq!(decode(&format!("#v1.{}", "A".repeat(LONGEST_LINK + 1))), Err(LinkError::TooLong));
        assert!(matches!(
            decode(&link_of(&"[".repeat(1_000_000))),
            Err(LinkError::Damaged | LinkError::NotARequest(_))
        ));
    }
}
