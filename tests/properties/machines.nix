# The machines of flakes with the modules of each, in words; `nixosSystem` is a stand-in that keeps what it is given.
dirs:
let
  system = args: {
    inherit (args) modules;
    extendModules = { modules, ... }: system (args // { modules = args.modules ++ modules; });
  };
  nixpkgs.lib = {
    nixosSystem = system;
    genAttrs =
      names: f:
      builtins.listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );
  };
  describe =
    dir: module:
    if builtins.isFunction module then
      "function"
    else if builtins.isAttrs module then
      "set " + builtins.concatStringsSep " " (builtins.concatMap (names module) (builtins.attrNames module))
    else
      builtins.replaceStrings [ (toString dir + "/") ] [ "" ] (toString module);
  names = set: name: [ name ] ++ (if builtins.isAttrs set.${name} then builtins.attrNames set.${name} else [ ]);
  flake =
    dir:
    let
      source = import (dir + "/flake.nix");
      inputs = builtins.mapAttrs (name: _: if name == "nixpkgs" then nixpkgs else { }) source.inputs;
      self = {
        inherit inputs;
      };
      outputs = source.outputs (inputs // { inherit self; });
    in
    builtins.mapAttrs (_: host: map (describe dir) host.modules) outputs.nixosConfigurations;
in
map flake dirs
