{ ... }: {
  users.users.eve = { isNormalUser = true; };
}
