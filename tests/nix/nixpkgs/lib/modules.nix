# The module system: imports, options, definitions with their conditions, priorities and order.
{ lib }:
rec {
  mkOption = attrs: attrs // { _type = "option"; };
  mkEnableOption =
    name:
    mkOption {
      type = lib.types.bool;
      default = false;
      description = "Whether to enable ${name}.";
    };
  mkIf = condition: content: {
    _type = "if";
    inherit condition content;
  };
  mkMerge = contents: {
    _type = "merge";
    inherit contents;
  };
  mkOverride = priority: content: {
    _type = "override";
    inherit priority content;
  };
  mkOptionDefault = mkOverride 1500;
  mkDefault = mkOverride 1000;
  mkForce = mkOverride 50;
  mkOrder = priority: content: {
    _type = "order";
    inherit priority content;
  };
  mkBefore = mkOrder 500;
  mkAfter = mkOrder 1500;

  showOption = builtins.concatStringsSep ".";

  isType = type: x: builtins.isAttrs x && x ? _type && x._type == type;

  evalModules =
    {
      modules,
      specialArgs ? { },
    }:
    let
      base = specialArgs // {
        inherit lib config options;
      };
      # what a module's formal arguments name, looked up only when it is used
      argumentsOf =
        f:
        builtins.mapAttrs (name: _: base.${name} or config._module.args.${name}) (lib.functionArgsOf f)
        // base;

      load =
        file: key: module:
        if builtins.isPath module || builtins.isString module then
          load (toString module) (toString module) (import module)
        else if lib.isFunction module then
          load file key (module (argumentsOf module))
        else if !builtins.isAttrs module then
          throw "A module of `${file}' is a ${builtins.typeOf module}, not a module."
        else
          structure file key module;

      structure =
        file: key: module:
        let
          structured = module ? config || module ? options;
          unsupported = removeAttrs module [
            "_file"
            "key"
            "imports"
            "options"
            "config"
            "_class"
            "disabledModules"
          ];
        in
        if structured && unsupported != { } then
          throw "Module `${file}' has an unsupported attribute `${builtins.head (builtins.attrNames unsupported)}'. This is caused by introducing a top-level `config' or `options' attribute."
        else
          {
            file = module._file or file;
            key = module.key or key;
            imports = module.imports or [ ];
            options = module.options or { };
            config =
              if structured then
                module.config or { }
              else
                removeAttrs module [
                  "_file"
                  "key"
                  "imports"
                  "_class"
                ];
          };

      # each module once: files by their path
      flatten =
        parent: seen: list:
        builtins.foldl' (
          state: module:
          let
            index = builtins.length state.all;
            loaded = load parent "${parent}:anon-${toString index}" module;
            nested = flatten loaded.file {
              keys = state.keys // {
                ${loaded.key} = true;
              };
              all = state.all ++ [ loaded ];
            } loaded.imports;
          in
          if state.keys ? ${loaded.key} then state else nested
        ) seen list;

      internal = {
        _file = "<internal>";
        options._module.args = mkOption {
          type = lib.types.attrsOf lib.types.raw;
          default = { };
        };
      };
      all =
        (flatten "<unknown>" {
          keys = { };
          all = [ ];
        } ([ internal ] ++ modules)).all;

      merged =
        mergeOptions [ ]
          (map (module: {
            inherit (module) file;
            value = module.options;
          }) all)
          (
            builtins.concatMap (
              module:
              map (value: {
                inherit (module) file;
                inherit value;
              }) (pushDown module.config)
            ) all
          );
      inherit (merged) options;
      config =
        if merged.undeclared == [ ] then merged.config else throw (builtins.head merged.undeclared);
    in
    {
      inherit options;
      config = removeAttrs config [ "_module" ];
      _module = config._module // {
        inherit specialArgs;
      };
      extendModules =
        args:
        evalModules {
          modules = modules ++ args.modules or [ ];
          specialArgs = specialArgs // args.specialArgs or { };
        };
    };

  # Conditions, priorities and orders of a whole set become those of its attributes.
  pushDown =
    config:
    if isType "merge" config then
      builtins.concatMap pushDown config.contents
    else if isType "if" config then
      map (builtins.mapAttrs (_: mkIf config.condition)) (pushDown config.content)
    else if isType "override" config then
      map (builtins.mapAttrs (_: mkOverride config.priority)) (pushDown config.content)
    else if isType "order" config then
      map (builtins.mapAttrs (_: mkOrder config.priority)) (pushDown config.content)
    else
      [ config ];

  # For each name of several sets of definitions, the definitions of that name.
  zipDefinitions =
    defs:
    let
      sets = builtins.concatMap (def: map (value: def // { inherit value; }) (pushDown def.value)) defs;
    in
    builtins.zipAttrsWith (_: defs: defs) (
      map (def: builtins.mapAttrs (_: value: def // { inherit value; }) def.value) sets
    );

  mergeOptions =
    loc: declarations: definitions:
    let
      declared = zipDefinitions' declarations;
      defined = builtins.zipAttrsWith (_: defs: defs) (
        map (def: builtins.mapAttrs (_: value: def // { inherit value; }) def.value) definitions
      );
      here = builtins.mapAttrs (
        name: decls:
        let
          path = loc ++ [ name ];
          defs = defined.${name} or [ ];
          found = builtins.filter (decl: isType "option" decl.value) decls;
        in
        if found == [ ] then
          mergeOptions path decls (
            builtins.concatMap (def: map (value: def // { inherit value; }) (pushDown def.value)) defs
          )
        else if builtins.length decls > 1 then
          throw "The option `${showOption path}' in `${(builtins.elemAt decls 1).file}' is already declared in `${(builtins.head decls).file}'."
        else
          evalOption path (builtins.head found).value defs
      ) declared;
      unknown = builtins.filter (name: !(declared ? ${name})) (builtins.attrNames defined);
    in
    {
      options = builtins.mapAttrs (_: option: option.options) here;
      config = builtins.mapAttrs (_: option: option.config) here;
      undeclared =
        map (
          name:
          "The option `${showOption (loc ++ [ name ])}' does not exist. Definition values: in `${
            (builtins.head defined.${name}).file
          }'"
        ) unknown
        ++ builtins.concatMap (name: here.${name}.undeclared) (builtins.attrNames here);
    };

  zipDefinitions' =
    declarations:
    builtins.zipAttrsWith (_: decls: decls) (
      map (decl: builtins.mapAttrs (_: value: decl // { inherit value; }) decl.value) declarations
    );

  evalOption =
    loc: option: defs:
    let
      default = lib.optional (option ? default) {
        file = "the default";
        value = mkOptionDefault option.default;
      };
      all = default ++ defs;
      value =
        if option.readOnly or false && builtins.length all > 1 then
          throw "The option `${showOption loc}' is read-only, but it's set multiple times."
        else
          mergeDefinitions loc (option.type or lib.types.unspecified) all;
    in
    {
      options = option // {
        inherit value;
        isDefined = effective loc defs != [ ];
        definitions = defs;
      };
      config = (option.apply or (x: x)) value;
      undeclared = [ ];
    };

  # The definitions that hold, by their conditions and priorities, in their order.
  effective =
    loc: defs:
    let
      discharge =
        def:
        let
          inherit (def) value;
        in
        if isType "merge" value then
          builtins.concatMap (content: discharge (def // { value = content; })) value.contents
        else if isType "if" value then
          if !builtins.isBool value.condition then
            throw "mkIf of `${showOption loc}' got a condition that is no Boolean"
          else if value.condition then
            discharge (def // { value = value.content; })
          else
            [ ]
        else if isType "override" value then
          map (inner: inner // { inherit (value) priority; }) (discharge (def // { value = value.content; }))
        else if isType "order" value then
          map (inner: inner // { order = value.priority; }) (discharge (def // { value = value.content; }))
        else
          [ def ];
      discharged = map (
        def:
        {
          priority = 100;
          order = 1000;
        }
        // def
      ) (builtins.concatMap discharge defs);
      highest = builtins.foldl' (
        least: def: if def.priority < least then def.priority else least
      ) 9999 discharged;
    in
    builtins.sort (a: b: a.order < b.order) (builtins.filter (def: def.priority == highest) discharged);

  mergeDefinitions =
    loc: type: defs:
    let
      held = effective loc defs;
      bad = builtins.filter (def: !type.check def.value) held;
    in
    if held == [ ] then
      throw "The option `${showOption loc}' is used but not defined."
    else if bad != [ ] then
      throw "A definition for option `${showOption loc}' is not of type `${type.name}'. Definition values: in `${(builtins.head bad).file}'"
    else
      type.merge loc held;
}
