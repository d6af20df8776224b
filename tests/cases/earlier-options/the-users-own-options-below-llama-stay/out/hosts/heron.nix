{ pkgs, ... }:
{
  # my own models
  llama = {
    models = [ "qwen" ];
    port = 9;
    variant = "vulkan";
  };
  environment.systemPackages = with pkgs; [ hello ];
  users.users.bob.packages = [ pkgs.llama-cpp-vulkan ];
  programs.foo.extraPackages = [ pkgs.llama-cpp-cpu ];
  hardware.graphics.enable = true;
}
