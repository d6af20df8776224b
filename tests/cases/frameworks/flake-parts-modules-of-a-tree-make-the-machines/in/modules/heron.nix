{
  fleet.heron = { pkgs, ... }: {
    environment.systemPackages = [ pkgs.ripgrep ];
  };
}
