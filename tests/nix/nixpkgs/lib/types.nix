# Option types: a check of one definition, and the merge of several.
{ lib }:
let
  inherit (lib) showOption;

  type = name: check: merge: {
    _type = "option-type";
    inherit name check merge;
  };

  one =
    loc: defs:
    if builtins.length defs == 1 then
      (builtins.head defs).value
    else
      throw "The option `${showOption loc}' is defined multiple times while it's expected to be unique.";

  equal =
    loc: defs:
    let
      first = (builtins.head defs).value;
    in
    if builtins.all (def: def.value == first) defs then
      first
    else
      throw "The option `${showOption loc}' has conflicting definition values: ${
        builtins.toJSON (map (def: def.value) defs)
      }";

  # Sets are merged name by name, lists are joined, all else must be equal.
  mergeAnything =
    loc: defs:
    if
      builtins.all (
        def: builtins.isAttrs def.value && !(def.value ? type && def.value.type == "derivation")
      ) defs
    then
      lazyAttrs types.anything loc defs
    else if builtins.all (def: builtins.isList def.value) defs then
      builtins.concatMap (def: def.value) defs
    else
      equal loc defs;

  lazyAttrs =
    elem: loc: defs:
    builtins.mapAttrs (name: defs: lib.mergeDefinitions (loc ++ [ name ]) elem defs) (
      lib.zipDefinitions defs
    );

  types = rec {
    anything = type "anything" (_: true) mergeAnything;
    raw = type "raw" (_: true) one;
    unspecified = raw;
    bool = type "bool" builtins.isBool equal;
    int = type "int" builtins.isInt equal;
    port = type "port" (x: builtins.isInt x && x >= 0 && x < 65536) equal;
    str = type "str" builtins.isString equal;
    path = type "path" (
      x: builtins.isPath x || (builtins.isString x && builtins.substring 0 1 x == "/")
    ) equal;
    package = type "package" (x: builtins.isAttrs x && x ? type && x.type == "derivation") one;
    strMatching =
      pattern:
      type "strMatching ${pattern}" (x: builtins.isString x && builtins.match pattern x != null) equal;
    enum = values: type "enum ${builtins.toJSON values}" (x: builtins.elem x values) equal;
    nullOr =
      elem:
      type "nullOr ${elem.name}" (x: x == null || elem.check x) (
        loc: defs: if builtins.all (def: def.value == null) defs then null else elem.merge loc defs
      );
    listOf =
      elem:
      type "listOf ${elem.name}" builtins.isList (
        loc: defs:
        builtins.concatMap (
          def:
          map (value: lib.mergeDefinitions (loc ++ [ "*" ]) elem [ (def // { inherit value; }) ]) def.value
        ) defs
      );
    attrsOf = elem: type "attrsOf ${elem.name}" builtins.isAttrs (lazyAttrs elem);
    # nixpkgs.config: the attributes side by side, lists joined; otherwise the first one counts
    nixpkgsConfig = type "nixpkgs-config" builtins.isAttrs (
      _loc: defs:
      builtins.zipAttrsWith (
        _: values:
        if builtins.isList (builtins.head values) then builtins.concatLists values else builtins.head values
      ) (map (def: def.value) defs)
    );
  };
in
types
