{ pkgs, ... }:
{
  home-manager.users.ada =
    { pkgs, ... }:
    {
      home.packages = [ pkgs.hello ];
    };

  # another profile
  environment.systemPackages = [ pkgs.llama-cpp-rocm ];
}
