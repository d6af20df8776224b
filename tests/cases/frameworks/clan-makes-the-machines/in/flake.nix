{
  inputs = {
    clan-core.url = "https://git.clan.lol/clan/clan-core/archive/main.tar.gz";
    nixpkgs.follows = "clan-core/nixpkgs";
  };

  outputs = { self, clan-core, ... }:
    let
      clan = clan-core.lib.clan {
        inherit self;
        meta.name = "birds";
        machines.heron = { imports = [ ./machines/heron.nix ]; };
      };
    in
    {
      inherit (clan) nixosConfigurations nixosModules clanInternals;
    };
}
