pkgs: with pkgs; [
  vim
  git
]
