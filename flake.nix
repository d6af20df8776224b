{
  description = "llama.cpp for every machine of a NixOS fleet, from your own flake.nix";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "aarch64-darwin"
      ];
      eachSystem = make: nixpkgs.lib.genAttrs systems (system: make nixpkgs.legacyPackages.${system});

      # The command that builds the page must have the version of the library in Cargo.lock.
      locked = (fromTOML (readFile ./Cargo.lock)).package;
      version = (head (filter (package: package.name == "wasm-bindgen") locked)).version;
      wasmBindgen =
        pkgs:
        pkgs."wasm-bindgen-cli_${replaceStrings [ "." ] [ "_" ] version}"
          or (throw "this nixpkgs has no wasm-bindgen-cli ${version}; take another with --override-input nixpkgs");
      tools = pkgs: [
        pkgs.cargo
        pkgs.rustc
        pkgs.rustc.llvmPackages.lld
        pkgs.trunk
        (wasmBindgen pkgs)
      ];
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER = "lld";

      inherit (builtins)
        filter
        fromTOML
        head
        readFile
        replaceStrings
        ;
    in
    {
      # nix build: the static page in ./result, ready to be hosted under any path.
      packages = eachSystem (pkgs: {
        default = pkgs.rustPlatform.buildRustPackage {
          pname = "llama-fleet";
          version = self.shortRev or "dirty";
          src = self;
          cargoLock.lockFile = ./Cargo.lock;
          nativeBuildInputs = tools pkgs;
          inherit CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER;
          # Trunk wants a home for its cache.
          buildPhase = "HOME=$TMPDIR LLAMA_FLEET_BUILD=$version trunk build --release";
          installPhase = "cp -r dist $out";
          # The tests want a browser; `cargo xtask test` runs them.
          doCheck = false;
        };
      });

      # nix run: the page at http://127.0.0.1:8080.
      apps = eachSystem (pkgs: {
        default = {
          type = "app";
          program = toString (
            pkgs.writeShellScript "serve" ''
              cd ${self.packages.${pkgs.stdenv.hostPlatform.system}.default}
              echo "http://127.0.0.1:8080"
              exec ${pkgs.python3}/bin/python3 -m http.server --bind 127.0.0.1 8080
            ''
          );
        };
      });

      # nix develop: everything that `cargo xtask serve` and `cargo xtask test` need.
      devShells = eachSystem (pkgs: {
        default = pkgs.mkShell {
          inherit CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER;
          packages =
            tools pkgs
            ++ [
              pkgs.clippy
              pkgs.rustfmt
            ]
            ++ nixpkgs.lib.optional pkgs.stdenv.hostPlatform.isLinux pkgs.chromium;
        };
      });
    };
}
