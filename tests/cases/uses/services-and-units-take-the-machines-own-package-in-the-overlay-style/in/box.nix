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
  serve = port: "${unstable.llama-cpp}/bin/llama-server --port ${toString port}";
in
{
  nixpkgs.hostPlatform = "x86_64-linux";
  services.llama-cpp = {
    enable = true;
    package = pkgs.unstable.llama-cpp;
  };
  systemd.services.embed.serviceConfig.ExecStart = "${fromUpstream}/bin/llama-server --embedding";
  systemd.services.rank.script = lib.getExe' inputs.llama-cpp.packages.${pkgs.system}.default "llama-server";
  systemd.services.draft.serviceConfig.ExecStart = serve 8091;
  services.llama-swap = {
    enable = true;
    settings.models."small".cmd = "${lib.getExe' unstable.llama-cpp "llama-server"} -m /srv/small.gguf --port \${PORT}";
    settings.models."own".cmd = "${pkgs.llama-cpp}/bin/llama-server -m /srv/own.gguf --port \${PORT}";
  };
  programs.bash.shellAliases.version = "echo ${inputs.llama-cpp.packages.${pkgs.system}.default.version}";
  environment.variables.LLAMA = "${(unstable.llama-cpp.override { rpcSupport = true; }).out}";
}
