{ ... }: {
  llama = {
    variant = "rocm";
    rocm.targets = [ "gfx1103" ];
  };

  hardware.graphics.enable = true;
}
