{ ... }:
{
  services.ollama.enable = true;
}
