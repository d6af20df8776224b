# What can be said of a fleet without building it, as data.
#
# `files` is the folder of the flake, `nixpkgs` a release, `llama` a revision of llama.cpp.
{
  files,
  nixpkgs,
  llama,
  # nixosConfigurations, homeConfigurations or darwinConfigurations
  output ? "nixosConfigurations",
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
    else if builtins.match ".*nix-darwin.*" url != null then
      ./others/nix-darwin
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
    "llama-cpp-cuda-rocm"
    "llama-cpp-cuda-vulkan"
    "llama-cpp-rocm-vulkan"
    "llama-cpp-cuda-rocm-vulkan"
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
      postInstall = package.postInstall or "";
      local = package.preferLocalBuild or false && !(package.allowSubstitutes or true);
    };

  paths = map (package: builtins.unsafeDiscardStringContext package.outPath);

  packagesOf =
    names: pkgs:
    builtins.listToAttrs (
      map (name: {
        inherit name;
        value = package pkgs.${name};
      }) (builtins.filter (name: pkgs ? ${name}) names)
    );

  # what is said of homes and Macs alike; CUDA, ROCm and Vulkan are not looked at on macOS, which has none of them
  common =
    { config, pkgs, ... }:
    whole: installed: {
      whole = builtins.unsafeDiscardStringContext whole.drvPath;
      inherit (config) warnings;
      packages = packagesOf (
        if pkgs.stdenv.hostPlatform.isDarwin then
          [
            "llama-cpp"
            "llama-cpp-cpu"
          ]
        else
          names
      ) pkgs;
      overridden =
        if pkgs.stdenv.hostPlatform.isDarwin then
          { }
        else
          {
            cuda = package (pkgs.llama-cpp.override { cudaSupport = true; });
            rocm = package (pkgs.llama-cpp.override { rocmSupport = true; });
            vulkan = package (pkgs.llama-cpp.override { vulkanSupport = true; });
            tabby = attempt pkgs.tabby.outPath;
          };
      installed = paths installed;
      variant = config.llama.variant or null;
      agent = config.launchd.agents.llama-cpp or null;
    };

  home =
    { config, ... }@whole:
    common whole config.home.activationPackage config.home.packages
    // {
      unit = config.systemd.user.services.llama-cpp or null;
    };

  mac = { config, ... }@whole: common whole whole.system config.environment.systemPackages;

  machine =
    { config, pkgs, ... }:
    {
      toplevel = builtins.unsafeDiscardStringContext config.system.build.toplevel.drvPath;
      inherit (config) warnings;
      packages = packagesOf names pkgs;
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
      # what each unit runs
      commands = builtins.mapAttrs (
        _: unit: builtins.unsafeDiscardStringContext (unit.serviceConfig.ExecStart or "")
      ) config.systemd.services;
      worker = config.systemd.services.llama-rpc or null;
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
builtins.mapAttrs (
  _:
  {
    nixosConfigurations = machine;
    homeConfigurations = home;
    darwinConfigurations = mac;
  }
  .${output}
) fleet.${output}
