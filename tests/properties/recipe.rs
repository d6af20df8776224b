//! The grammar: what a generated flake is made of, and how it is written.

use proptest::prelude::*;

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Inputs {
    Flat,
    Sets,
    Dotted,
    DottedSets,
    OneLine,
    TwoBlocks,
    Quoted,
    BelowOutputs,
    LeadingSemicolons,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Pattern {
    Closed,
    ClosedLines,
    ClosedTrailingComma,
    ClosedAt,
    LeadingCommas,
    Tight,
    Open,
    OpenAt,
    AtOpen,
    OnlyEllipsisAt,
    Name,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// `nixpkgs.lib.nixosSystem { … }`
    Call,
    /// The same function under a name of `let`.
    Alias,
    /// `helper "name" [ … ]`
    HelperWithList,
    /// `helper { name = "…"; }`, with a default for the list.
    HelperWithDefault,
    /// `helper "name"`
    Helper,
    /// `nixosSystem (base // { … })`
    Update,
    /// One set of arguments for several machines.
    SharedArguments,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum List {
    Empty,
    One,
    TwoOnALine,
    Lines,
    CommentBehind,
    CommentLast,
    Concatenated,
    ConcatenatedFirst,
    Variable,
    InPlace,
}

#[derive(Debug, Clone)]
pub struct Host {
    pub name: String,
    pub shape: Shape,
    pub list: List,
    /// `specialArgs` with `inputs`.
    pub special_args: bool,
    /// Bound by itself (`nixosConfigurations.x = …`), not in the set.
    pub dotted: bool,
    pub chosen: bool,
}

#[derive(Debug, Clone)]
pub struct Recipe {
    pub inputs: Inputs,
    pub pattern: Pattern,
    pub machines: Vec<Host>,
    /// All machines come from one `genAttrs`.
    pub generated: bool,
    pub tabs: bool,
    /// As nixfmt writes it.
    pub formatted: bool,
    pub overlay: bool,
}

pub fn recipes() -> impl Strategy<Value = Recipe> {
    let inputs = prop::sample::select(vec![
        Inputs::Flat,
        Inputs::Sets,
        Inputs::Dotted,
        Inputs::DottedSets,
        Inputs::OneLine,
        Inputs::TwoBlocks,
        Inputs::Quoted,
        Inputs::BelowOutputs,
        Inputs::LeadingSemicolons,
    ]);
    let pattern = prop::sample::select(vec![
        Pattern::Closed,
        Pattern::ClosedLines,
        Pattern::ClosedTrailingComma,
        Pattern::ClosedAt,
        Pattern::LeadingCommas,
        Pattern::Tight,
        Pattern::Open,
        Pattern::OpenAt,
        Pattern::AtOpen,
        Pattern::OnlyEllipsisAt,
        Pattern::Name,
    ]);
    let machines = prop::collection::vec(host(), 1..5).prop_map(|mut hosts| {
        let names = ["heron", "wren", "king-fisher", "owl.example.org"];
        for (host, name) in hosts.iter_mut().zip(names) {
            host.name = name.to_owned();
        }
        hosts
    });
    let layout = prop::sample::select(vec![(false, false), (false, true), (true, false), (false, true)]);
    (inputs, pattern, machines, prop::bool::weighted(0.15), layout, any::<bool>()).prop_map(
        |(inputs, pattern, machines, generated, (tabs, formatted), overlay)| Recipe {
            inputs,
            pattern,
            machines,
            generated,
            tabs,
            formatted,
            overlay,
        },
    )
}

fn host() -> impl Strategy<Value = Host> {
    let shape = prop::sample::select(vec![
        Shape::Call,
        Shape::Alias,
        Shape::HelperWithList,
        Shape::HelperWithDefault,
        Shape::Helper,
        Shape::Update,
        Shape::SharedArguments,
    ]);
    let list = prop::sample::select(vec![
        List::Empty,
        List::One,
        List::TwoOnALine,
        List::Lines,
        List::CommentBehind,
        List::CommentLast,
        List::Concatenated,
        List::ConcatenatedFirst,
        List::Variable,
        List::InPlace,
    ]);
    (shape, list, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(shape, list, special_args, dotted, chosen)| Host {
            name: String::new(),
            shape,
            list,
            special_args,
            dotted,
            chosen,
        },
    )
}

impl Recipe {
    /// The flake as a text.
    pub fn text(&self) -> String {
        let text = match self.inputs {
            Inputs::BelowOutputs => format!("{{\n{}\n\n{}\n}}\n", self.outputs(), self.inputs()),
            Inputs::LeadingSemicolons => {
                format!("{{ description = \"generated\"\n{}\n;\n{}\n}}\n", self.inputs(), self.outputs())
            }
            _ => format!("{{\n{}\n\n{}\n}}\n", self.inputs(), self.outputs()),
        };
        let operation = |host: &Host| host.shape == Shape::HelperWithList && host.list.is_operation();
        match (self.tabs, self.formatted && !self.machines.iter().any(operation)) {
            (true, _) => text.replace("  ", "\t"),
            (false, true) => nixfmt_rs::format(&text).unwrap_or(text),
            (false, false) => text,
        }
    }

    fn inputs(&self) -> &'static str {
        match self.inputs {
            Inputs::Flat | Inputs::BelowOutputs => {
                "  inputs = {
    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\"; # rolling
    agenix.url = \"github:ryantm/agenix\";
    agenix.inputs.nixpkgs.follows = \"nixpkgs\"; # one nixpkgs
  };"
            }
            Inputs::Sets => {
                "  inputs = {
    # what everything is built with
    nixpkgs = {
      url = \"github:NixOS/nixpkgs/nixos-unstable\";
    };

    # secrets
    agenix = {
      url = \"github:ryantm/agenix\";
      inputs = {
        nixpkgs.follows = \"nixpkgs\";
      };
    };

    # the end
  };"
            }
            Inputs::Dotted => {
                "  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
  inputs.agenix.url = \"github:ryantm/agenix\";
  inputs.agenix.inputs.nixpkgs.follows = \"nixpkgs\";"
            }
            Inputs::DottedSets => {
                "  inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
  inputs.agenix = { url = \"github:ryantm/agenix\"; inputs.nixpkgs.follows = \"nixpkgs\"; };
  # all of it"
            }
            Inputs::OneLine => {
                "  inputs = { nixpkgs.url = \"nixpkgs\"; /* secrets */ agenix.url = \"github:ryantm/agenix\"; };"
            }
            Inputs::TwoBlocks => {
                "  inputs = {
    nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";
  };
  inputs = { agenix.url = \"github:ryantm/agenix\"; };"
            }
            Inputs::Quoted => {
                "  \"inputs\" = {
    \"nixpkgs\".url = github:NixOS/nixpkgs/nixos-unstable;
    \"agenix\" = { type = \"github\"; owner = \"ryantm\"; repo = \"agenix\"; };
  };"
            }
            Inputs::LeadingSemicolons => {
                "; inputs =
    { nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\"
    ; agenix.url = \"github:ryantm/agenix\"
    ; }"
            }
        }
    }

    /// Whether the outputs' argument has the name `inputs`.
    fn named(&self) -> bool {
        use Pattern::*;
        matches!(self.pattern, ClosedAt | OpenAt | AtOpen | OnlyEllipsisAt | Name)
    }

    fn nixpkgs(&self) -> &'static str {
        match self.pattern {
            Pattern::OnlyEllipsisAt | Pattern::Name => "inputs.nixpkgs",
            _ => "nixpkgs",
        }
    }

    fn outputs(&self) -> String {
        let pattern = match self.pattern {
            Pattern::Closed => "{ self, nixpkgs, agenix }",
            Pattern::ClosedLines => "{\n    self,\n    nixpkgs, # main\n    agenix # secrets\n  }",
            Pattern::ClosedTrailingComma => "{\n    self,\n    nixpkgs,\n    agenix,\n    # the rest\n  }",
            Pattern::ClosedAt => "inputs@{ self, nixpkgs, agenix }",
            Pattern::LeadingCommas => "{ self\n  , nixpkgs\n  , agenix # secrets\n  }",
            Pattern::Tight => "{self,nixpkgs,agenix}",
            Pattern::Open => "{ self, nixpkgs, ... }",
            Pattern::OpenAt => "{ self, nixpkgs, ... }@inputs",
            Pattern::AtOpen => "inputs@{ nixpkgs, ... }",
            Pattern::OnlyEllipsisAt => "{ ... } @ inputs",
            Pattern::Name => "inputs",
        };
        format!("  outputs = {pattern}:\n    let\n{}    in\n    {{\n{}    }};", self.bindings(), self.machines())
    }

    fn bindings(&self) -> String {
        let nixpkgs = self.nixpkgs();
        format!(
            "      system = \"x86_64-linux\";
      inherit ({nixpkgs}.lib) nixosSystem;
      common = [ ./common.nix ];
      base = {{ inherit system; }};
      desk = {{ inherit system; modules = [ ./desk.nix ]; }};
      withList = name: modules: {nixpkgs}.lib.nixosSystem {{
        inherit system;
        modules = [ ./common.nix (./hosts + \"/${{name}}.nix\") ] ++ modules;
      }};
      withDefault = {{ name, extraModules ? [ ] }}:
        nixosSystem {{
          inherit system;
          modules = [ {{ networking.hostName = name; }} ] ++ extraModules;
        }};
      plain = name: nixosSystem {{ inherit system; modules = common ++ [ {{ networking.hostName = name; }} ]; }};
"
        )
    }

    fn machines(&self) -> String {
        if self.generated {
            let names: Vec<String> = self.machines.iter().map(|host| format!("{:?}", host.name)).collect();
            return format!(
                "      nixosConfigurations = {}.lib.genAttrs [ {} ] (name: nixosSystem {{
        inherit system;
        modules = common ++ [ (./hosts + \"/${{name}}.nix\") ]; # all alike
      }});
",
                self.nixpkgs(),
                names.join(" ")
            );
        }
        let attr = |host: &Host| match host.name.contains('.') {
            true => format!("{:?}", host.name),
            false => host.name.clone(),
        };
        let (dotted, inside): (Vec<&Host>, Vec<&Host>) = self.machines.iter().partition(|host| host.dotted);
        let mut out = String::new();
        if !inside.is_empty() {
            out.push_str("      nixosConfigurations = {\n");
            for host in inside {
                out.push_str(&format!("        {} = {};\n", attr(host), self.machine(host)));
            }
            out.push_str("      };\n");
        }
        for host in dotted {
            out.push_str(&format!("      nixosConfigurations.{} = {};\n", attr(host), self.machine(host)));
        }
        out
    }

    fn machine(&self, host: &Host) -> String {
        let nixpkgs = self.nixpkgs();
        let special = match (host.special_args, self.named()) {
            (true, true) => "\n          specialArgs = { inherit inputs; };",
            (true, false) => "\n          specialArgs = { inputs = self.inputs; };",
            (false, _) => "",
        };
        let list = host.list.text(&host.name);
        let name = &host.name;
        match host.shape {
            Shape::Call => format!(
                "{nixpkgs}.lib.nixosSystem {{
          system = \"x86_64-linux\";{special}
          modules = {list};
        }}"
            ),
            Shape::Alias => format!(
                "nixosSystem {{
          modules = {list};
          inherit system;{special}
        }}"
            ),
            Shape::HelperWithList => format!("withList {name:?} {}", host.list.argument(&list)),
            Shape::HelperWithDefault if host.list == List::Empty => format!("withDefault {{ name = {name:?}; }}"),
            Shape::HelperWithDefault => format!("withDefault {{ name = {name:?}; extraModules = {list}; }}"),
            Shape::Helper => format!("plain {name:?}"),
            Shape::Update => format!(
                "nixosSystem (base // {{{special}
          modules = {list};
        }})"
            ),
            Shape::SharedArguments => format!("{nixpkgs}.lib.nixosSystem desk"),
        }
    }
}

impl List {
    fn text(self, name: &str) -> String {
        match self {
            List::Empty => "[ ]".to_owned(),
            List::One => format!("[ ./hosts/{name}.nix ]"),
            List::TwoOnALine => format!("[ ./hosts/{name}.nix ./ssh.nix ]"),
            List::Lines => format!("[\n            ./hosts/{name}.nix\n            ./ssh.nix\n          ]"),
            List::CommentBehind => format!("[\n            ./hosts/{name}.nix # main\n          ]"),
            List::CommentLast => format!("[\n            ./hosts/{name}.nix\n            # ./printer.nix\n          ]"),
            List::Concatenated => format!("common ++ [ ./hosts/{name}.nix ]"),
            List::ConcatenatedFirst => format!("[ ./hosts/{name}.nix ] ++ common"),
            List::Variable => "common".to_owned(),
            List::InPlace => format!(
                "[
            ./hosts/{name}.nix
            {{ services.openssh.enable = true; }}
          ]"
            ),
        }
    }

    /// Whether this is more than a list: nixfmt lays such operators out anew when what they join grows.
    fn is_operation(self) -> bool {
        matches!(self, List::Concatenated | List::ConcatenatedFirst)
    }

    /// As an argument of a function.
    fn argument(self, list: &str) -> String {
        if self.is_operation() { format!("({list})") } else { list.to_owned() }
    }
}
