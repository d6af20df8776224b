# A flake, called as Nix calls it: `outputs` gets `self` and the declared inputs, and nothing else.
#
# `find` gives the folder of a stand-in for an input's URL.
{ find }:
let
  call =
    dir: given:
    let
      flake = import (dir + "/flake.nix");
      unknown = removeAttrs flake [
        "description"
        "inputs"
        "outputs"
        "nixConfig"
      ];
      declared = flake.inputs or { };
      # a formal argument that is no declared input is looked up in the registry, by its name
      implied = builtins.mapAttrs (_: _: { }) (
        removeAttrs (builtins.functionArgs flake.outputs) ([ "self" ] ++ builtins.attrNames declared)
      );
      inputs = builtins.mapAttrs resolve (implied // declared);

      resolve =
        name: input:
        if given ? ${name} then
          given.${name}
        else if input ? follows then
          follow name input.follows
        else if !(input.flake or true) then
          { outPath = toString dir; }
        else
          call (find (input.url or name)) (
            builtins.mapAttrs (inner: spec: follow "${name}/${inner}" spec.follows) (
              builtins.removeAttrs (input.inputs or { }) (
                builtins.filter (inner: !(input.inputs.${inner} ? follows)) (
                  builtins.attrNames (input.inputs or { })
                )
              )
            )
          );

      follow =
        name: path:
        let
          segments = builtins.filter builtins.isString (builtins.split "/" path);
        in
        builtins.foldl' (
          flake: segment:
          flake.inputs.${segment} or (throw "input '${name}' follows a non-existent input '${path}'")
        ) self segments;

      outputs = flake.outputs (inputs // { inherit self; });
      self = outputs // {
        _type = "flake";
        outPath = toString dir;
        inherit inputs outputs;
      };
    in
    if unknown != { } then
      throw "flake '${toString dir}' has an unsupported attribute '${builtins.head (builtins.attrNames unknown)}'"
    else
      self;
in
dir: call dir { }
