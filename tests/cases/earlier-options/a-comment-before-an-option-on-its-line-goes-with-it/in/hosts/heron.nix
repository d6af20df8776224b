{ pkgs, ... }:
{
  services.openssh.enable = true;

  llama = {
    # measured in March
    /* fast */ variant = "cuda";
    cpu = {
      # Tiger Lake
      features = [
        "AVX2"
      ];
    };
  };
}
