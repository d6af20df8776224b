//! What an earlier plan chose for a machine, read from what it wrote: the form begins as it was.

use crate::hardware::cpu;
use crate::hardware::feature::{Feature, FeatureSet};
use crate::report::Hint;
use crate::request::Variant;

/// The choices that these options hold, as dotted path and the value's text; none without a variant.
///
/// The module's options are `llama.variant`, `llama.cpu.features` and so on. The overlay takes the same as parameters:
/// `nixpkgs.overlays = [ (import ./overlay.nix { variant = "cuda"; cpuFeatures = [ … ]; … }) ];`.
pub(super) fn choices(options: &[(String, String)]) -> Vec<Hint> {
    let mut found = Vec::new();
    for (path, value) in options {
        match path.strip_prefix("llama.") {
            Some(option) => found.extend(hints(option, value, path)),
            None if path == "nixpkgs.overlays" && value.contains("llama") => {
                for (name, value) in value.split(';').filter_map(|binding| binding.split_once('=')) {
                    let name = name.split_whitespace().next_back().unwrap_or_default();
                    found.extend(hints(name, value, name));
                }
            }
            None => {}
        }
    }
    if found.iter().all(|hint| hint.variant.is_none()) {
        found.clear();
    }
    found
}

/// What one option or parameter says.
fn hints(option: &str, value: &str, shown: &str) -> Vec<Hint> {
    let words: Vec<&str> = value.split('"').skip(1).step_by(2).collect();
    let hint = || Hint { because: format!("an earlier plan: {shown}"), ..Hint::default() };
    let gpus = || words.iter().map(|gpu| Hint { gpu: Some((*gpu).to_owned()), ..hint() }).collect();
    let cpu = |name: Option<&str>| name.map(|name| Hint { cpu: Some(name.to_owned()), ..hint() }).into_iter().collect();
    match option {
        "variant" => {
            let named = |variant: &Variant| words.first() == Some(&variant.name());
            let variant = Variant::ALL.into_iter().find(named);
            variant.map(|variant| Hint { variant: Some(variant), ..hint() }).into_iter().collect()
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
        _ => Vec::new(),
    }
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
    fn the_overlays_parameters_are_the_choice() {
        let text = "[\n (import ./nixos/overlays/llama-cpp.nix {\n inherit (inputs) llama-cpp;\n variant = \"rocm\";\n \
                    rocmTargets = [ \"gfx1100\" ];\n cpuArch = \"armv9-a\";\n })\n]";
        let found = of(&[("nixpkgs.overlays", text)]);
        assert_eq!(found[0], (Some(Variant::Rocm), None, None));
        assert_eq!(found[1..], [(None, None, Some("gfx1100".into())), (None, Some("armv9-a".into()), None)]);
    }
}
