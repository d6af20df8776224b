//! What an earlier plan chose for a machine, read from what it wrote: the form begins as it was.

use crate::hardware::cpu;
use crate::hardware::feature::{Feature, FeatureSet};
use crate::report::Hint;
use crate::request::{Choice, Kind, SWITCHES, Switches, Variant};

/// The choices that these options hold, as dotted path and the value's text; none without a variant.
///
/// The module's options are `llama.variant`, `llama.cpu.features` and so on. The overlay takes the same as parameters:
/// `nixpkgs.overlays = [ (import ./overlay.nix { variant = "cuda"; cpuFeatures = [ … ]; … }) ];`. Where it leaves
/// `llama-cpp` itself alone, it takes no variant: the machine takes a package that is called after one.
pub(super) fn choices(options: &[(String, String)]) -> Vec<Hint> {
    let mut found = Vec::new();
    let mut takes_overlay = false;
    for (path, value) in options {
        match path.strip_prefix("llama.") {
            Some(option) => found.extend(hints(option, value, path)),
            None if path == "nixpkgs.overlays" && value.contains("llama") => {
                takes_overlay |= value.contains("import");
                for (name, value) in bindings(value).filter_map(|binding| binding.split_once('=')) {
                    let name = name.split_whitespace().next_back().unwrap_or_default();
                    found.extend(hints(name, value, name));
                }
            }
            None => {}
        }
    }
    let has_variant = |found: &[Hint]| found.iter().any(|hint| hint.variant.is_some());
    if takes_overlay && !has_variant(&found) {
        found.extend(by_package(options));
    }
    if !has_variant(&found) {
        found.clear();
    }
    found
}

/// The variant that the packages are of which these options name: `pkgs.llama-cpp-cuda`; none where they are of several.
fn by_package(options: &[(String, String)]) -> Option<Hint> {
    let mut named = options.iter().flat_map(|(path, value)| {
        let words = value.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        let names = words.filter_map(|word| word.strip_prefix("llama-cpp-"));
        names.filter_map(move |name| {
            let backends: Option<Vec<Variant>> = name.split('-').map(by_name).collect();
            Some((path, backends?))
        })
    });
    let (path, backends) = named.next()?;
    let because = format!("an earlier plan: {path}");
    let variant = backends.first().copied();
    let also = backends.get(1..).unwrap_or_default().to_vec();
    named.all(|(_, other)| other == backends).then(|| Hint { variant, also, because, ..Hint::default() })
}

/// The backend of this name.
fn by_name(name: &str) -> Option<Variant> {
    Variant::ALL.into_iter().find(|known| known.name() == name)
}

/// What one option or parameter says.
fn hints(option: &str, value: &str, shown: &str) -> Vec<Hint> {
    let words: Vec<&str> = value.split('"').skip(1).step_by(2).collect();
    let hint = || Hint { because: format!("an earlier plan: {shown}"), ..Hint::default() };
    let gpus = || words.iter().map(|gpu| Hint { gpu: Some((*gpu).to_owned()), ..hint() }).collect();
    let cpu = |name: Option<&str>| name.map(|name| Hint { cpu: Some(name.to_owned()), ..hint() }).into_iter().collect();
    match option {
        "variant" => {
            let variant = words.first().and_then(|name| by_name(name));
            variant.map(|variant| Hint { variant: Some(variant), ..hint() }).into_iter().collect()
        }
        "also" => {
            let also: Vec<Variant> = words.iter().filter_map(|name| by_name(name)).collect();
            vec![Hint { also, ..hint() }]
        }
        "cpu.features" | "cpuFeatures" => {
            let set = |set: FeatureSet, word: &&str| match Feature::ALL.into_iter().find(|one| one.name() == *word) {
                Some(feature) => set.with(feature),
                None => set,
            };
            cpu(cpu::with_features(words.iter().fold(FeatureSet::EMPTY, set)).next().map(|row| row.march))
        }
        "cpu.arch" | "cpuArch" => cpu(words.first().copied()),
        "cuda.capabilities" | "cudaCapabilities" | "rocm.targets" | "rocmTargets" => gpus(),
        _ => switches(option, value).map(|switches| Hint { switches, ..hint() }).into_iter().collect(),
    }
}

/// The switch of the build that an option or a parameter is, as it is chosen there.
fn switches(option: &str, value: &str) -> Option<Switches> {
    let mut found = Switches::default();
    for switch in SWITCHES {
        let name = switch.option.join(".");
        let choice = match option.strip_prefix(&name).and_then(|rest| rest.strip_prefix('.')) {
            // one of several names with values
            Some(pair) if matches!(switch.kind, Kind::Pairs(_)) => {
                let value = Kind::Text("").of_nix(value)?;
                Choice::Pairs([(pair.to_owned(), value.text().to_owned())].into())
            }
            _ if option == name || option == switch.parameter => switch.kind.of_nix(value)?,
            _ => continue,
        };
        found.set(switch.name, choice);
    }
    (!found.is_empty()).then_some(found)
}

/// The bindings of the set that holds the first one, in the text of an expression: what stands between its `;`.
fn bindings(text: &str) -> impl Iterator<Item = &str> {
    let (mut depth, mut own, mut in_string, mut start) = (0_i32, None, false, 0);
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth -= 1,
            b';' if *own.get_or_insert(depth) == depth => {
                found.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    found.into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(options: &[(&str, &str)]) -> Vec<(Option<Variant>, Option<String>, Option<String>)> {
        let options: Vec<_> = options.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
        choices(&options).into_iter().map(|hint| (hint.variant, hint.cpu, hint.gpu)).collect()
    }

    #[test]
    fn the_modules_options_are_the_choice() {
        let found = of(&[
            ("llama.variant", "\"cuda\""),
            ("llama.cuda.capabilities", "[ \"8.6\" \"12.0\" ]"),
            ("llama.cpu.features", "[ \"SSE42\" \"AVX\" \"F16C\" \"FMA\" \"BMI2\" \"AVX2\" ]"),
            ("services.openssh.enable", "true"),
        ]);
        assert_eq!(found[0], (Some(Variant::Cuda), None, None));
        assert_eq!(found[1..3], [(None, None, Some("8.6".into())), (None, None, Some("12.0".into()))]);
        let march = found[3].1.as_deref().expect("a CPU");
        assert_eq!(cpu::by_march(march).expect("a row").features, FeatureSet::V3);
        assert_eq!(of(&[("llama.models", "[ \"qwen\" ]"), ("llama.cpu.arch", "\"armv8-a\"")]), []);
    }

    #[test]
    fn the_switches_are_read_from_options_and_parameters_alike() {
        let overlay = "[ (import ./o.nix {\n inherit (inputs) llama-cpp;\n variant = \"cuda\";\n tests = true;\n cmakeFlags = \
                       {\n A = \"1\";\n B = \"2\";\n };\n blas = \"off\";\n }) ] # llama";
        let options = [
            ("llama.variant", "\"cuda\""),
            ("llama.tests", "true"),
            ("llama.cmakeFlags.A", "\"1\""),
            ("llama.cmakeFlags.B", "\"2\""),
            ("llama.blas", "\"off\""),
        ];
        let all = |options: &[(&str, &str)]| {
            let options: Vec<_> =
                options.iter().map(|(path, value)| ((*path).to_owned(), (*value).to_owned())).collect();
            let mut found = Switches::default();
            choices(&options).iter().for_each(|hint| found.extend(&hint.switches));
            serde_json::to_string(&found).expect("a map")
        };
        let wanted = r#"{"blas":"off","cmake":{"A":"1","B":"2"},"tests":true}"#;
        assert_eq!(all(&[("nixpkgs.overlays", overlay)]), wanted);
        assert_eq!(all(&options), wanted);
    }

    #[test]
    fn without_the_alias_the_package_is_the_choice() {
        let overlay = "[ (import ./nixos/overlays/llama-cpp.nix {\n inherit (inputs) llama-cpp;\n cudaCapabilities = [ \"8.6\" ];\n}) ]";
        let with = |more: &[(&str, &str)]| of(&[&[("nixpkgs.overlays", overlay)], more].concat());
        let cuda = [(None, None, Some("8.6".into())), (Some(Variant::Cuda), None, None)];
        assert_eq!(with(&[("environment.systemPackages", "[ pkgs.hello pkgs.llama-cpp-cuda ]")]), cuda);
        assert_eq!(with(&[("users.users.bob.packages", "with pkgs; [ llama-cpp-cuda ]")]), cuda);
        let both = [("environment.systemPackages", "[ pkgs.llama-cpp-cuda ]"), ("x", "pkgs.llama-cpp-vulkan")];
        assert_eq!(with(&both), []);
        assert_eq!(with(&[("environment.systemPackages", "[ pkgs.llama-cpp pkgs.llama-cpp-fork ]")]), []);
        // nixpkgs has packages of such names, too
        assert_eq!(of(&both[..1]), []);
    }

    #[test]
    fn the_overlays_parameters_are_the_choice() {
        let text = "[\n (import ./nixos/overlays/llama-cpp.nix {\n inherit (inputs) llama-cpp;\n variant = \"rocm\";\n \
                    rocmTargets = [ \"gfx1100\" ];\n cpuArch = \"armv9-a\";\n })\n]";
        let found = of(&[("nixpkgs.overlays", text)]);
        assert_eq!(found[0], (Some(Variant::Rocm), None, None));
        assert_eq!(found[1..], [(None, None, Some("gfx1100".into())), (None, Some("armv9-a".into()), None)]);
    }
}
