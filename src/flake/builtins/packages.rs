//! A machine's own package set, `pkgs`: what is selected from it is known by its names.

use std::rc::Rc;

use rnix::TextRange;
use smol_str::SmolStr;

use crate::flake::eval::Eval;
use crate::flake::value::{Cause, FlakeRef, MachineKind, Package, Value};
use crate::syntax::Source;

impl Eval<'_> {
    /// `pkgs.….name`
    pub(in crate::flake) fn of_package(
        &self,
        package: &Rc<Package>,
        name: &str,
        file: &Rc<Source>,
        range: TextRange,
    ) -> Value {
        let path: Vec<&str> = package.path.iter().map(SmolStr::as_str).collect();
        match path.as_slice() {
            [] if name == "lib" => Value::Flake(FlakeRef::new(package.nixpkgs.clone(), Some("lib".into()))),
            [] if name == "system" => self.platform(package, "system", file, range),
            [] if name == "config" => self.unknown(Cause::TooDynamic, file, range),
            ["stdenv"] if name.starts_with("is") => self.platform(package, name, file, range),
            ["stdenv", "hostPlatform" | "buildPlatform" | "targetPlatform"] | ["hostPlatform"] => {
                self.platform(package, name, file, range)
            }
            _ => {
                let path = package.path.iter().cloned().chain([name.into()]).collect();
                Value::Package(Rc::new(Package { path, ..(**package).clone() }))
            }
        }
    }

    /// What a package set says of the system that it is for.
    fn platform(&self, package: &Package, name: &str, file: &Rc<Source>, range: TextRange) -> Value {
        let given = match self.force(package.system) {
            Value::Attrs(platform) => match platform.entries.get("system") {
                Some(entry) => self.force(entry.thunk),
                None => self.unknown(Cause::TooDynamic, file, range),
            },
            other => other,
        };
        let system = match given {
            Value::Text(system) => Some(system),
            _ => None,
        };
        let processor = system.as_deref().and_then(|system| system.split_once('-')).map(|(processor, _)| processor);
        let kernel = system.as_deref().and_then(|system| system.split_once('-')).map(|(_, kernel)| kernel);
        let kernel = match package.kind {
            Some(MachineKind::NixOs) => Some("linux"),
            Some(MachineKind::Darwin) => Some("darwin"),
            Some(MachineKind::Home) | None => kernel,
        };
        let is_processor = |known: &[&str]| processor.map(|processor| Value::Bool(known.contains(&processor)));
        let answer = match name {
            "system" => system.clone().map(Value::Text),
            "isLinux" => kernel.map(|kernel| Value::Bool(kernel == "linux")),
            "isDarwin" | "isMacOS" => kernel.map(|kernel| Value::Bool(kernel == "darwin")),
            "isx86_64" => is_processor(&["x86_64"]),
            "isAarch64" => is_processor(&["aarch64"]),
            "isx86" => is_processor(&["x86_64", "i686"]),
            _ => None,
        };
        answer.unwrap_or_else(|| self.unknown(Cause::TooDynamic, file, range))
    }
}
