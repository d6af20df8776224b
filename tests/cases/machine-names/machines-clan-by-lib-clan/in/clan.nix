{
  meta.name = "home";
  inventory.machines.alpha = { };
}
