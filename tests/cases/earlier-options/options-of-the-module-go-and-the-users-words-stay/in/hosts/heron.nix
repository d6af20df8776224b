{ pkgs, ... }:
{
  # which card is in there
  llama.variant = "cuda";

  # three GPUs in all
  # Tiger Lake
  llama.cpu.features = [ "AVX2" ];
  llama.models = [ "qwen" ];
  programs.foo.extraPackages = [ pkgs.llama-cpp-cpu ];
}
