pkgs: with pkgs; [
  vim
  llama-cpp
  git
]
