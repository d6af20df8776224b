{ pkgs, lib, ... }:
{
  imports = [ ./machines/lap-llama-cpp.nix ];

  networking.hostName = "lap";
  nixpkgs.hostPlatform = "x86_64-linux";
  services.llama-swap = {
    enable = true;
    settings = {
      healthCheckTimeout = 120;
      models = {
        "small".cmd = "${pkgs.llama-cpp}/bin/llama-server --port \${PORT} -hf owner/small:Q4_K_M -ngl 999 -c 16384";
        "coder" = {
          cmd = "${lib.getExe' pkgs.llama-cpp "llama-server"} --port \${PORT} -hf owner/coder:Q6_K -ngl 999";
          ttl = 600;
        };
      };
    };
  };
}
