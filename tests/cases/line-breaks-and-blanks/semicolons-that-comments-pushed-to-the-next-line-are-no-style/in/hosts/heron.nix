{ pkgs, ... }:
{
  services.openssh.enable = true # note
 ;

  llama = {
    # measured in March
    variant = "cuda";
    cpu = {
      # Tiger Lake
      features = [
        "AVX2"
      ];
    };
  } # note
 ;
}
