final: prev:
let
  tuned = prev.llama-cpp.override { blasSupport = false; };
in
{
  llama-cpp-tuned = tuned;
  llama-cpp-vulkan = tuned;
  hello = prev.hello.overrideAttrs { version = "2"; };
  inherit (prev) htop;
}
