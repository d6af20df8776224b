//! Reads a request from JSON, naming whatever it does not know.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::{Map, Value};

use super::{
    Cpu, Follows, Input, Install, Machine, Options, Paths, Place, Request, SWITCHES, Server, Style, Unrecognised,
    Variant,
};
use crate::kind::MachineKind;

impl<'de> Deserialize<'de> for Request {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Reader::default().request(value).map_err(D::Error::custom)
    }
}

/// As in a request; serde's own reader of an enum with a tag takes several times the code.
impl<'de> Deserialize<'de> for Cpu {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut reader = Reader::default();
        let cpu = reader.cpu("cpu".into(), Value::deserialize(deserializer)?);
        match reader.unrecognised.into_iter().find(|found| found.is_value) {
            Some(found) => Err(D::Error::custom(found.message)),
            None => Ok(cpu),
        }
    }
}

/// A JSON object being taken apart; what is left at the end was not understood.
struct Fields {
    path: String,
    map: Map<String, Value>,
}

impl Fields {
    fn take(&mut self, name: &str) -> Option<Value> {
        self.map.remove(name)
    }

    fn at(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }
}

#[derive(Default)]
struct Reader {
    unrecognised: Vec<Unrecognised>,
}

impl Reader {
    fn request(mut self, value: Value) -> Result<Request, String> {
        let Value::Object(map) = value else {
            return Err("a request is a JSON object with `files` and `machines`".into());
        };
        let mut fields = Fields { path: String::new(), map };
        let files = match fields.take("files") {
            Some(value) => serde_json::from_value(value)
                .map_err(|_| "`files` is an object of path and text, for instance { \"flake.nix\": \"…\" }")?,
            None => return Err("the request has no `files`".into()),
        };
        let mut request = Request { files, ..Request::default() };
        for kind in MachineKind::ALL {
            let field = kind.field();
            match fields.take(field) {
                Some(Value::Object(map)) => {
                    for (name, value) in map {
                        let machine = self.machine(&format!("{field}.{name}"), value)?;
                        request.of_kind_mut(kind).insert(name, machine);
                    }
                }
                Some(Value::Null) | None if !kind.is_nixos() => {}
                Some(_) => return Err(format!("`{field}` is an object of {} name and choices", kind.word())),
                None => return Err("the request has no `machines`".into()),
            }
        }
        if let Some(value) = fields.take("options") {
            request.options = self.options(value);
        }
        self.leftover(fields);
        Ok(Request { unrecognised: self.unrecognised, ..request })
    }

    fn machine(&mut self, path: &str, value: Value) -> Result<Machine, String> {
        let Value::Object(map) = value else {
            return Err(format!("`{path}` is an object with at least a `variant`"));
        };
        let mut fields = Fields { path: path.to_owned(), map };
        let Some(variant) = fields.take("variant") else {
            return Err(format!("`{path}` has no `variant`"));
        };
        let variant = self.one_of(&fields.at("variant"), variant, "cpu, cuda, vulkan, rocm").unwrap_or(Variant::Cpu);
        let mut machine = Machine::new(variant);
        if let Some(also) = self.field(&mut fields, "also", "a list of cuda, rocm, vulkan") {
            machine.also = also;
        }
        machine.system = self.field(&mut fields, "system", "a system like \"x86_64-linux\"");
        if let Some(value) = fields.take("cpu") {
            machine.cpu = self.cpu(fields.at("cpu"), value);
        }
        if let Some(list) = self.field(&mut fields, "cuda_capabilities", "a list of strings like \"8.6\"") {
            machine.cuda_capabilities = list;
        }
        if let Some(list) = self.field(&mut fields, "rocm_targets", "a list of strings like \"gfx1100\"") {
            machine.rocm_targets = list;
        }
        if let Some(drivers) = self.field(&mut fields, "drivers", "true or false") {
            machine.drivers = drivers;
        }
        if let Some(value) = fields.take("install") {
            machine.install = self.install(fields.at("install"), value);
        }
        match fields.take("server") {
            None | Some(Value::Null) => {}
            Some(value) => machine.server = Some(self.server(fields.at("server"), value)),
        }
        for switch in SWITCHES {
            let Some(value) = fields.take(switch.name).filter(|value| !value.is_null()) else { continue };
            match switch.kind.read(&value) {
                Some(choice) => machine.switches.set(switch.name, choice),
                None => self.unknown_value(&fields.at(switch.name), &value, &switch.kind.understood()),
            }
        }
        self.leftover(fields);
        Ok(machine)
    }

    fn cpu(&mut self, path: String, value: Value) -> Cpu {
        const MODES: &str = "an object with `mode`: dispatch, march, features, arm, native or baseline";
        let Value::Object(map) = value else {
            self.unknown_value(&path, &value, MODES);
            return Cpu::default();
        };
        let mut fields = Fields { path, map };
        let mode = fields.take("mode");
        let cpu = match mode.as_ref().and_then(Value::as_str) {
            Some("dispatch") => Some(Cpu::Dispatch),
            Some("native") => Some(Cpu::Native),
            Some("baseline") => Some(Cpu::Baseline),
            Some("march") => self
                .required(&mut fields, "march", "a row of the CPU table like \"tigerlake\"")
                .map(|march| Cpu::March { march }),
            Some("features") => self
                .required(&mut fields, "features", "a list of strings like \"AVX2\"")
                .map(|features| Cpu::Features { features }),
            Some("arm") => self
                .required(&mut fields, "arch", "an architecture like \"armv8.2-a+dotprod\"")
                .map(|arch| Cpu::Arm { arch }),
            _ => {
                let path = fields.at("mode");
                self.unknown_value(
                    &path,
                    &mode.unwrap_or(Value::Null),
                    "dispatch, march, features, arm, native, baseline",
                );
                fields.map.clear();
                None
            }
        };
        self.leftover(fields);
        cpu.unwrap_or_default()
    }

    fn install(&mut self, path: String, value: Value) -> Install {
        match value {
            Value::String(word) if word == "system" => Install::System,
            Value::String(word) if word == "none" => Install::None,
            Value::Object(map) => {
                let mut fields = Fields { path, map };
                let user = self.required(&mut fields, "home", "a user's name");
                self.leftover(fields);
                user.map_or(Install::default(), Install::Home)
            }
            other => {
                self.unknown_value(&path, &other, "\"system\", \"none\" or { \"home\": \"alice\" }");
                Install::default()
            }
        }
    }

    fn server(&mut self, path: String, value: Value) -> Server {
        let mut server = Server::default();
        let Value::Object(map) = value else {
            self.unknown_value(&path, &value, "null or an object with host, port, model, open_firewall");
            return server;
        };
        let mut fields = Fields { path, map };
        if let Some(host) = self.field(&mut fields, "host", "an address like \"127.0.0.1\"") {
            server.host = host;
        }
        if let Some(port) = self.field(&mut fields, "port", "a port from 0 to 65535") {
            server.port = port;
        }
        server.model = self.field(&mut fields, "model", "a path like \"/srv/models/m.gguf\"");
        if let Some(open) = self.field(&mut fields, "open_firewall", "true or false") {
            server.open_firewall = open;
        }
        self.leftover(fields);
        server
    }

    fn options(&mut self, value: Value) -> Options {
        let mut options = Options::default();
        let Value::Object(map) = value else {
            self.unknown_value("options", &value, "an object");
            return options;
        };
        let mut fields = Fields { path: "options".into(), map };
        if let Some(value) = fields.take("style") {
            options.style = self.one_of::<Style>(&fields.at("style"), value, "module, overlay").unwrap_or_default();
        }
        if let Some(value) = fields.take("place") {
            options.place =
                self.one_of::<Place>(&fields.at("place"), value, "auto, machines, shared").unwrap_or_default();
        }
        if let Some(value) = fields.take("input") {
            options.input = self.input(fields.at("input"), value);
        }
        if let Some(value) = fields.take("paths") {
            options.paths = self.paths(fields.at("paths"), value);
        }
        if let Some(alias) = self.field(&mut fields, "alias", "true or false") {
            options.alias = alias;
        }
        if let Some(caches) = self.field(&mut fields, "binary_caches", "true or false") {
            options.binary_caches = caches;
        }
        if let Some(remove) = self.field(&mut fields, "remove", "a list of paths") {
            options.remove = remove;
        }
        self.leftover(fields);
        options
    }

    fn input(&mut self, path: String, value: Value) -> Input {
        let mut input = Input::default();
        let Value::Object(map) = value else {
            self.unknown_value(&path, &value, "an object with name, url, follows");
            return input;
        };
        let mut fields = Fields { path, map };
        if let Some(name) = self.field(&mut fields, "name", "an input's name") {
            input.name = name;
        }
        if let Some(url) = self.field(&mut fields, "url", "a flake reference") {
            input.url = url;
        }
        match fields.take("follows") {
            None | Some(Value::Null) => {}
            Some(Value::Bool(own)) => input.follows = Follows::Auto(own),
            Some(Value::String(name)) => input.follows = Follows::Named(name),
            Some(other) => self.unknown_value(&fields.at("follows"), &other, "true, false or an input's name"),
        }
        self.leftover(fields);
        input
    }

    fn paths(&mut self, path: String, value: Value) -> Paths {
        let mut paths = Paths::default();
        let Value::Object(map) = value else {
            self.unknown_value(&path, &value, "an object with overlay, module, machine");
            return paths;
        };
        let mut fields = Fields { path, map };
        for (name, slot) in
            [("overlay", &mut paths.overlay), ("module", &mut paths.module), ("machine", &mut paths.machine)]
        {
            if let Some(text) = self.field(&mut fields, name, "a path inside the repository") {
                *slot = text;
            }
        }
        self.leftover(fields);
        paths
    }

    /// A field that may be left out (or `null`).
    fn field<T: serde::de::DeserializeOwned>(&mut self, fields: &mut Fields, name: &str, expected: &str) -> Option<T> {
        let value = fields.take(name).filter(|value| !value.is_null())?;
        self.one_of(&fields.at(name), value, expected)
    }

    fn required<T: serde::de::DeserializeOwned>(
        &mut self,
        fields: &mut Fields,
        name: &str,
        expected: &str,
    ) -> Option<T> {
        let value = fields.take(name).unwrap_or(Value::Null);
        self.one_of(&fields.at(name), value, expected)
    }

    fn one_of<T: serde::de::DeserializeOwned>(&mut self, path: &str, value: Value, expected: &str) -> Option<T> {
        match serde_json::from_value(value.clone()) {
            Ok(read) => Some(read),
            Err(_) => {
                self.unknown_value(path, &value, expected);
                None
            }
        }
    }

    fn unknown_value(&mut self, path: &str, value: &Value, expected: &str) {
        let mut shown = value.to_string();
        if shown.chars().count() > 60 {
            shown = shown.chars().take(60).chain(['…']).collect();
        }
        self.unrecognised.push(Unrecognised {
            path: path.to_owned(),
            message: format!("`{path}` is {shown}; understood here: {expected}"),
            is_value: true,
        });
    }

    fn leftover(&mut self, fields: Fields) {
        for name in fields.map.keys() {
            let path = fields.at(name);
            self.unrecognised.push(Unrecognised {
                message: format!("`{path}` is not a field that this version knows; it was not used"),
                path,
                is_value: false,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Request, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_left_out_takes_the_contracts_default() {
        let request = read(r#"{"files":{"flake.nix":"{}"},"machines":{"a":{"variant":"cuda"}}}"#).unwrap();
        assert_eq!(request.machines["a"], Machine::new(Variant::Cuda));
        assert_eq!(request.options, Options::default());
        assert_eq!(request.unrecognised, []);
    }

    #[test]
    fn a_request_survives_the_way_through_json() {
        let mut request =
            read(r#"{"files":{},"machines":{"a":{"variant":"rocm","install":{"home":"me"},"server":{}}}}"#).unwrap();
        request.options.input.follows = Follows::Named("unstable".into());
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(read(&text).unwrap(), request);
    }

    #[test]
    fn switches_are_fields_of_the_machine() {
        let text = r#"{"files":{},"machines":{"a":{"variant":"cpu","tests":true,"blas":"mkl","hip_graphs":false}}}"#;
        let request = read(text).unwrap();
        let machine = &request.machines["a"];
        assert_eq!(machine.switches.chosen().map(|(switch, _)| switch.name).collect::<Vec<_>>(), ["tests"]);
        let message = "`machines.a.blas` is \"mkl\"; understood here: \"off\", \"openblas\", \"blis\"";
        assert_eq!(request.unrecognised.iter().map(|found| &*found.message).collect::<Vec<_>>(), [message]);
        assert_eq!(serde_json::to_value(machine).unwrap()["tests"], true);
    }

    #[test]
    fn unknown_fields_and_values_are_named() {
        let request = read(
            r#"{"files":{},"colour":1,"machines":{"a":{"variant":"opencl","cpu":{"mode":"fast"},"x":2}},"options":{"style":"flat"}}"#,
        )
        .unwrap();
        let mut paths: Vec<_> = request.unrecognised.iter().map(|u| (u.path.as_str(), u.is_value)).collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                ("colour", false),
                ("machines.a.cpu.mode", true),
                ("machines.a.variant", true),
                ("machines.a.x", false),
                ("options.style", true)
            ]
        );
    }

    #[test]
    fn a_cpu_by_itself_is_read_as_in_a_request() {
        let read = |text: &str| serde_json::from_str::<Cpu>(text).map_err(|error| error.to_string());
        let features = Cpu::Features { features: vec!["AVX2".into()] };
        assert_eq!(read(&serde_json::to_string(&features).unwrap()), Ok(features));
        assert_eq!(read(r#"{"mode":"native"}"#), Ok(Cpu::Native));
        for wrong in [r#"{"mode":"fast"}"#, r#"{"mode":"march"}"#, "\"native\""] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in
            ["[]", "{}", r#"{"files":{}}"#, r#"{"files":{},"machines":{"a":{}}}"#, r#"{"files":{"a":1},"machines":{}}"#]
        {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
