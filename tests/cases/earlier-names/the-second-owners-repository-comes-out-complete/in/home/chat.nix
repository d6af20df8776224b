{ pkgs, ... }:
{
  systemd.user.services.chat = {
    Unit.Description = "a local language model";
    Service.ExecStart = "${pkgs.llama-cpp}/bin/llama-server --port 8091";
    Install.WantedBy = [ "default.target" ];
  };
}
