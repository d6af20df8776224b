{
  powerManagement.enable = true;
}
