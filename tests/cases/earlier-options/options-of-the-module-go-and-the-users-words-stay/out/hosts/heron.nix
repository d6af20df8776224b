{ pkgs, ... }:
{
  # which card is in there

  # three GPUs in all
  llama.models = [ "qwen" ];
  programs.foo.extraPackages = [ pkgs.llama-cpp-cpu ];
}
