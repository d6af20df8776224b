{ inputs, lib }:
final: prev: {
  llama-vulkan = inputs.llama-cpp.packages.${prev.system}.vulkan;
  llama-bench-all = prev.writeShellScriptBin "bench" "${final.llama-vulkan}/bin/llama-bench";
}
