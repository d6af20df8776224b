# What the generated Nix and llama.cpp's own use of nixpkgs' lib, with the same names and meanings.
let
  lib = primitive // trivial // customisation // modules // { inherit lib types; };

  # those of the builtins that nixpkgs' lib hands on
  primitive = {
    inherit (builtins)
      add
      addErrorContext
      all
      any
      attrNames
      attrValues
      concatLists
      concatMap
      concatStringsSep
      elem
      elemAt
      filter
      foldl'
      functionArgs
      genList
      getAttr
      hasAttr
      head
      isAttrs
      isBool
      isInt
      isList
      isPath
      isString
      length
      listToAttrs
      mapAttrs
      match
      replaceStrings
      seq
      sort
      stringLength
      substring
      tail
      zipAttrsWith
      ;
  };

  trivial = rec {
    id = x: x;
    flip =
      f: a: b:
      f b a;
    isFunction = f: builtins.isFunction f || (f ? __functor && isFunction (f.__functor f));
    functionArgsOf =
      f:
      if f ? __functor then
        f.__functionArgs or (functionArgsOf (f.__functor f))
      else
        builtins.functionArgs f;
    setFunctionArgs = f: args: {
      __functor = _: f;
      __functionArgs = args;
    };

    optional = condition: item: if condition then [ item ] else [ ];
    optionals = condition: items: if condition then items else [ ];
    optionalAttrs = condition: set: if condition then set else { };
    optionalString = condition: text: if condition then text else "";
    toList = x: if builtins.isList x then x else [ x ];
    subtractLists = unwanted: builtins.filter (x: !builtins.elem x unwanted);
    unique = builtins.foldl' (seen: x: if builtins.elem x seen then seen else seen ++ [ x ]) [ ];
    flatten = x: if builtins.isList x then builtins.concatMap flatten x else [ x ];
    last = list: builtins.elemAt list (builtins.length list - 1);
    count = test: list: builtins.length (builtins.filter test list);
    findFirst =
      test: default: list:
      let
        found = builtins.filter test list;
      in
      if found == [ ] then default else builtins.head found;
    foldr =
      op: nul: list:
      let
        length = builtins.length list;
        go = n: if n == length then nul else op (builtins.elemAt list n) (go (n + 1));
      in
      go 0;
    genAttrs =
      names: f:
      builtins.listToAttrs (
        map (name: {
          inherit name;
          value = f name;
        }) names
      );
    nameValuePair = name: value: { inherit name value; };
    attrByPath =
      path: default: set:
      if path == [ ] then
        set
      else if set ? ${builtins.head path} then
        attrByPath (builtins.tail path) default set.${builtins.head path}
      else
        default;
    filterAttrs =
      test: set: removeAttrs set (builtins.filter (n: !test n set.${n}) (builtins.attrNames set));
    mapAttrsToList = f: set: map (name: f name set.${name}) (builtins.attrNames set);
    mapAttrs' = f: set: builtins.listToAttrs (mapAttrsToList f set);
    getAttrs = names: set: genAttrs names (name: set.${name});
    recursiveUpdate =
      a: b:
      builtins.mapAttrs (
        name: value:
        if a ? ${name} && builtins.isAttrs a.${name} && builtins.isAttrs value then
          recursiveUpdate a.${name} value
        else
          value
      ) b
      // removeAttrs a (builtins.attrNames b);
    extends =
      overlay: f: final:
      let
        prev = f final;
      in
      prev // overlay final prev;
    fix =
      f:
      let
        x = f x;
      in
      x;

    hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
    hasSuffix =
      suffix: text:
      let
        length = builtins.stringLength suffix;
        from = builtins.stringLength text - length;
      in
      from >= 0 && builtins.substring from length text == suffix;
    hasInfix = infix: text: builtins.length (builtins.split (escapeRegex infix) text) > 1;
    escapeRegex =
      builtins.replaceStrings
        [
          "."
          "+"
          "*"
          "("
          ")"
          "["
          "]"
        ]
        [
          "\\."
          "\\+"
          "\\*"
          "\\("
          "\\)"
          "\\["
          "\\]"
        ];
    concatMapStringsSep =
      separator: f: list:
      builtins.concatStringsSep separator (map f list);
    concatMapStrings = concatMapStringsSep "";
    concatStrings = builtins.concatStringsSep "";
    boolToString = b: if b then "true" else "false";
    splitString = separator: text: builtins.filter builtins.isString (builtins.split (escapeRegex separator) text);
    versionOlder = a: b: builtins.compareVersions a b < 0;
    versionAtLeast = a: b: !versionOlder a b;
    toLower = builtins.replaceStrings (chars "ABCDEFGHIJKLMNOPQRSTUVWXYZ") (
      chars "abcdefghijklmnopqrstuvwxyz"
    );
    toUpper = builtins.replaceStrings (chars "abcdefghijklmnopqrstuvwxyz") (
      chars "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    );
    chars = text: builtins.genList (n: builtins.substring n 1 text) (builtins.stringLength text);
    strings = {
      inherit optionalString toLower concatMapStringsSep;
      inherit (builtins) concatStringsSep;
    };
    lists = {
      inherit (builtins) filter elem;
      inherit optional optionals;
    };
    cmakeOptionType =
      type: name: value:
      assert builtins.elem type [
        "BOOL"
        "STRING"
      ];
      "-D${name}:${type}=${value}";
    cmakeBool = name: value: cmakeOptionType "BOOL" name (if value then "TRUE" else "FALSE");
    cmakeFeature =
      name: value:
      assert builtins.isString value;
      cmakeOptionType "STRING" name value;
    assertMsg = condition: message: if condition then true else throw message;
    throwIf =
      condition: message: x:
      if condition then throw message else x;
    warn = message: builtins.trace "warning: ${message}";
    warnIf = condition: message: if condition then warn message else id;
    literalExpression = text: {
      _type = "literalExpression";
      inherit text;
    };
    literalMD = literalExpression;
    platforms = {
      all = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      darwin = [ "aarch64-darwin" ];
    };
    licenses = {
      mit.free = true;
      unfree.free = false;
    };
    maintainers = { };
    cleanSource = toString;
    cleanSourceWith = { src, ... }: src;
  };

  customisation = rec {
    makeOverridable =
      f: args:
      let
        result = f args;
        copy = g: if trivial.isFunction f then trivial.setFunctionArgs g (trivial.functionArgsOf f) else g;
        override = copy (
          new: makeOverridable f (args // (if trivial.isFunction new then new args else new))
        );
      in
      if builtins.isAttrs result then
        result
        // {
          inherit override;
        }
        // trivial.optionalAttrs (result ? overrideAttrs) {
          overrideAttrs = change: makeOverridable (args: (f args).overrideAttrs change) args;
        }
      else
        result;

    callPackageWith =
      set: fn: args:
      let
        f = if trivial.isFunction fn then fn else import fn;
        formals = trivial.functionArgsOf f;
        missing = builtins.filter (name: !formals.${name} && !(set ? ${name}) && !(args ? ${name})) (
          builtins.attrNames formals
        );
      in
      if missing != [ ] then
        # as in nixpkgs, an error that tryEval does not hide
        abort "Function called without required argument \"${builtins.head missing}\""
      else
        makeOverridable f (builtins.intersectAttrs formals set // args);

    makeScope =
      newScope: f:
      let
        self = f self // {
          newScope = scope: newScope (self // scope);
          callPackage = self.newScope { };
          overrideScope = g: makeScope newScope (trivial.extends g f);
          packages = f;
        };
      in
      self;
  };

  modules = import ./modules.nix { inherit lib; };
  types = import ./types.nix { inherit lib; };
in
lib
