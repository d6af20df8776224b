# A Nix system, in the words of nixpkgs' stdenv.
system: {
  inherit system;
  isx86_64 = system == "x86_64-linux";
  isAarch64 = system == "aarch64-linux";
  isLinux = builtins.elem system [
    "x86_64-linux"
    "aarch64-linux"
  ];
  isDarwin = false;
  isGnu = true;
  isStatic = false;
}
