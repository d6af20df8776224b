{
  description = "nixos-hardware: modules by machine";
  outputs = _inputs: {
    nixosModules = {
      framework-13-7040-amd =
        { lib, ... }:
        {
          hardware.graphics.enable = lib.mkDefault true;
          services.xserver.videoDrivers = lib.mkDefault [ "modesetting" ];
        };
    };
  };
}
