{
  config,
  lib,
  pkgs,
  inputs,
  unstable,
  ...
}:
let
  fromUpstream = inputs.llama-cpp.packages.${pkgs.system}.cuda;
  serve = port: "${config.llama.package}/bin/llama-server --port ${toString port}";
in
{
  imports = [ ./machines/box-llama-cpp.nix ];

  nixpkgs.hostPlatform = "x86_64-linux";
  services.llama-cpp = {
    enable = true;
    package = config.llama.package;
  };
  systemd.services.embed.serviceConfig.ExecStart = "${config.llama.package}/bin/llama-server --embedding";
  systemd.services.rank.script = lib.getExe' config.llama.package "llama-server";
  systemd.services.draft.serviceConfig.ExecStart = serve 8091;
  services.llama-swap = {
    enable = true;
    settings.models."small".cmd = "${lib.getExe' config.llama.package "llama-server"} -m /srv/small.gguf --port \${PORT}";
    settings.models."own".cmd = "${pkgs.llama-cpp}/bin/llama-server -m /srv/own.gguf --port \${PORT}";
  };
  programs.bash.shellAliases.version = "echo ${inputs.llama-cpp.packages.${pkgs.system}.default.version}";
  environment.variables.LLAMA = "${(unstable.llama-cpp.override { rpcSupport = true; }).out}";
}
