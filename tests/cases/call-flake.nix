# Calls a flake's outputs as Nix does: with `self` and every input it declares, and with nothing else. An input that is
# not taken, or a name that is not given, cannot be caught and ends the evaluation; looking into an input can.
dir:
let
  flake = import (dir + "/flake.nix");
  declared = flake.inputs or { };
  stand-in = builtins.mapAttrs (name: _: throw "the input ${name} is looked into");
  # a formal argument that is no declared input is looked up in the registry, by its name
  implied = builtins.functionArgs flake.outputs;
  arguments = stand-in (implied // declared // { self = { }; });
  follows = builtins.concatMap (
    name:
    builtins.filter (target: target != null) (
      map (inner: declared.${name}.inputs.${inner}.follows or null) (
        builtins.attrNames (declared.${name}.inputs or { })
      )
    )
  ) (builtins.attrNames declared);
  root = target: builtins.head (builtins.filter builtins.isString (builtins.split "/" target));
  missing = builtins.filter (target: target != "" && !(arguments ? ${root target})) follows;
  called = builtins.tryEval (builtins.seq (flake.outputs arguments) true);
in
assert builtins.deepSeq declared true;
if missing == [ ] then builtins.seq called.success true else abort "follows no input: ${toString missing}"
