{ pkgs, ... }:
{
  home.stateVersion = "25.11";
  home.packages = with pkgs; [
    llama-cpp
    ripgrep
  ];
  systemd.user.services.embed.Service.ExecStart = "${pkgs.llama-cpp}/bin/llama-server --embedding --port 8091";
}
