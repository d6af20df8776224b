# Derivations as plain sets, whose paths can only be had if nixpkgs' checks let them through.
{
  lib,
  config,
  platform,
}:
let
  allowed =
    name: meta:
    let
      licenses = lib.toList (meta.license or { free = true; });
      unfree = lib.any (license: !(license.free or true)) licenses;
      accepted = config.allowUnfree || (config.allowUnfreePredicate or (_: false)) { inherit name meta; };
    in
    if meta.broken or false && !config.allowBroken then
      throw "Package ‘${name}’ is marked as broken, refusing to evaluate."
    else if unfree && !accepted then
      throw "Package ‘${name}’ has an unfree license, refusing to evaluate."
    else
      true;

  # What is built: neither descriptions nor helpers, and every dependency by its path.
  hash =
    attrs:
    builtins.hashString "sha256" (
      builtins.toJSON (
        removeAttrs attrs [
          "meta"
          "passthru"
          "pos"
        ]
      )
    );

  mkDerivation =
    given:
    let
      make =
        function:
        let
          attrs = function package;
          name = attrs.name or "${attrs.pname}-${attrs.version}";
          meta = attrs.meta or { };
          package =
            attrs
            // attrs.passthru or { }
            // {
              type = "derivation";
              inherit name meta;
              drvPath =
                assert allowed name meta;
                "/nix/store/${builtins.substring 0 32 (hash attrs)}-${name}.drv";
              outPath =
                assert allowed name meta;
                "/nix/store/${builtins.substring 0 32 (hash attrs)}-${name}";
              overrideAttrs =
                change:
                make (
                  final:
                  let
                    old = function final;
                    changed = change old;
                  in
                  old
                  // (
                    if !lib.isFunction change then
                      change
                    else if lib.isFunction changed then
                      change final old
                    else
                      changed
                  )
                );
            };
        in
        package;
    in
    make (if lib.isFunction given then given else (_: given));
in
{
  inherit mkDerivation;
  hostPlatform = platform;
  inherit (platform)
    system
    isLinux
    isDarwin
    isAarch64
    ;
  cc.isGNU = true;
}
