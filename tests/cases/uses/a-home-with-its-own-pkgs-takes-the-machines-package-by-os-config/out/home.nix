{ osConfig, pkgs, ... }:
{
  home.stateVersion = "25.11";
  home.packages = [ pkgs.bat ];
  systemd.user.services.chat.Service.ExecStart = "${osConfig.llama.package}/bin/llama-server --port 8099";
}
