{ pkgs, lib, ... }:
{
  networking.hostName = "lap";
  nixpkgs.hostPlatform = "x86_64-linux";
  services.llama-swap = {
    enable = true;
    settings = {
      healthCheckTimeout = 120;
      models = {
        "small".cmd = "${pkgs.llama-vulkan-tuned}/bin/llama-server --port \${PORT} -hf owner/small:Q4_K_M -ngl 999 -c 16384";
        "coder" = {
          cmd = "${lib.getExe' pkgs.llama-vulkan-tuned "llama-server"} --port \${PORT} -hf owner/coder:Q6_K -ngl 999";
          ttl = 600;
        };
      };
    };
  };
}
