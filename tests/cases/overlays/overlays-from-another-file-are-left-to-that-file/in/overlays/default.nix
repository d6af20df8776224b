{ inputs }:
[
  (final: prev: { unstable = inputs.nixpkgs.legacyPackages.${final.system}; })
]
