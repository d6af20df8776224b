{ pkgs, ... }:
{
  home.stateVersion = "25.11";
  home.packages = [ pkgs.bat ];
  systemd.user.services.chat.Service.ExecStart = "${pkgs.llama-cpp}/bin/llama-server --port 8099";
}
