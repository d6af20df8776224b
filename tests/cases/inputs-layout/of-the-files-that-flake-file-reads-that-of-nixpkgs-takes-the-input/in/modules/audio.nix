{
  flake-file.inputs.musnix.url = "github:musnix/musnix";
}
