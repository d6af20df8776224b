# What can be said of a fleet without building it, as data.
#
# `files` is the folder of the flake, `nixpkgs` a release, `llama` a revision of llama.cpp.
{
  files,
  nixpkgs,
  llama,
}:
let
  find =
    url:
    if builtins.match ".*[nN]ixpkgs.*" url != null then
      ./nixpkgs + "/${nixpkgs}"
    else if builtins.match "github:(ggml-org|ggerganov)/llama\\.cpp.*|llama-cpp" url != null then
      ./llama-cpp + "/${llama}"
    else if builtins.match ".*home-manager.*" url != null then
      ./others/home-manager
    else if builtins.match ".*nixos-hardware.*" url != null then
      ./others/nixos-hardware
    else
      ./others/plain;

  fleet = import ./call-flake.nix { inherit find; } files;

  names = [
    "llama-cpp"
    "llama-cpp-cpu"
    "llama-cpp-cuda"
    "llama-cpp-vulkan"
    "llama-cpp-rocm"
  ];

  # null for what nixpkgs refuses (unfree, broken); all other errors are errors
  attempt =
    value:
    let
      result = builtins.tryEval (builtins.deepSeq value value);
    in
    if result.success then result.value else null;

  package =
    package:
    attempt {
      inherit (package) pname cmakeFlags;
      path = builtins.unsafeDiscardStringContext package.outPath;
      env = package.env or { };
      inputs = map (input: "${input.pname} ${input.version}") (
        package.buildInputs or [ ] ++ package.nativeBuildInputs
      );
      local = package.preferLocalBuild or false && !(package.allowSubstitutes or true);
    };

  paths = map (package: builtins.unsafeDiscardStringContext package.outPath);

  machine =
    { config, pkgs, ... }:
    let
      offered = builtins.filter (name: pkgs ? ${name}) names;
    in
    {
      toplevel = builtins.unsafeDiscardStringContext config.system.build.toplevel.drvPath;
      inherit (config) warnings;
      packages = builtins.listToAttrs (
        map (name: {
          inherit name;
          value = package pkgs.${name};
        }) offered
      );
      # nixpkgs' own override arguments
      overridden = {
        cuda = package (pkgs.llama-cpp.override { cudaSupport = true; });
        rocm = package (pkgs.llama-cpp.override { rocmSupport = true; });
        vulkan = package (pkgs.llama-cpp.override { vulkanSupport = true; });
        tabby = attempt pkgs.tabby.outPath;
      };
      installed = paths config.environment.systemPackages;
      homes = builtins.mapAttrs (_: user: paths (user.home.packages or [ ])) (
        config.home-manager.users or { }
      );
      users = builtins.mapAttrs (_: user: paths (user.packages or [ ])) config.users.users;
      variant = config.llama.variant or null;
      chosen =
        if config.llama.variant or null == null then null else config.llama.package.outPath or null;
      unfree = config.nixpkgs.config.allowUnfree or false;
      graphics = config.hardware.graphics.enable;
      inherit (config.services.xserver) videoDrivers;
      nvidia = {
        inherit (config.hardware.nvidia) open;
        driver = config.hardware.nvidia.package.version;
      };
      caches = config.nix.settings.extra-substituters or [ ];
      server =
        if config.services.llama-cpp.enable then
          {
            package = config.services.llama-cpp.package.outPath;
            service = config.systemd.services.llama-cpp;
          }
        else
          null;
    };
in
builtins.mapAttrs (_: machine) fleet.nixosConfigurations
