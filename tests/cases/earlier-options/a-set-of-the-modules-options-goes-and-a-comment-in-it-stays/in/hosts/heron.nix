{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama = {
    # measured in March
    variant = "cuda";
    cpu = {
      # Tiger Lake
      features = [
        "AVX2"
      ];
    };
  };
}
