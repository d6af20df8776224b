{ pkgs, config, lib, options, ... }:
{
  services.openssh.enable = true;
  users.users.bob.isNormalUser = true;

  llama = {
    variant = "vulkan";
    install = false;
  };

  users.users.bob.packages = [ config.llama.package ];

  services.llama-cpp =
    let
      server = {
        host = "127.0.0.1";
        port = 8080;
      };
    in
    {
      enable = true;
      package = config.llama.package;
    }
    # nixpkgs has `settings` since June 2026
    // (if options.services.llama-cpp ? settings then { settings = server; } else server);

  # the GPU's device files, and /proc/meminfo for its driver
  systemd.services.llama-cpp.serviceConfig = {
    SupplementaryGroups = [
      "render"
      "video"
    ];
    ProcSubset = lib.mkForce "all";
  };

  hardware.graphics.enable = true;
}
