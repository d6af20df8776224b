final: prev: {
  llama-cpp = prev.llama-cpp.override { cudaSupport = true; };
}
