# nixpkgs 26.05, as far as it differs from the others.
import ../common {
  path = ./.;
  release = import ./release.nix;
}
