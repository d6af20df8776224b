{ inputs, lib }:
final: prev:
let
  tuned =
    pkg:
    pkg.overrideAttrs (old: {
      pname = old.pname + "-tuned";
      cmakeFlags = (lib.filter (flag: flag != "-DGGML_NATIVE=false") old.cmakeFlags) ++ [ "-DGGML_NATIVE=ON" ];
    });
in
{
  llama-cpu = (inputs.llama-cpp.overlays.default final prev).llamaPackages.llama-cpp;
  llama-vulkan = final.llama-cpu.override { useVulkan = true; };
  llama-vulkan-tuned = tuned final.llama-vulkan;
  llama-cpp = tuned final.llama-cpu;
}
