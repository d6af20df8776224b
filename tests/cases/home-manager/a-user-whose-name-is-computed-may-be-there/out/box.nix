{ me, ... }:
{
  imports = [ ./machines/box-llama-cpp.nix ];

  users.users.${me}.isNormalUser = true;
}
