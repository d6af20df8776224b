# A Nix system, in the words of nixpkgs' stdenv.
system: {
  inherit system;
  isx86_64 = builtins.elem system [
    "x86_64-linux"
    "x86_64-darwin"
  ];
  isAarch64 = builtins.elem system [
    "aarch64-linux"
    "aarch64-darwin"
  ];
  isLinux = builtins.elem system [
    "x86_64-linux"
    "aarch64-linux"
  ];
  isDarwin = builtins.elem system [
    "aarch64-darwin"
    "x86_64-darwin"
  ];
  isGnu = true;
  isStatic = false;
}
