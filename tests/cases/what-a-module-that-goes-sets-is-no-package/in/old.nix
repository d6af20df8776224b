args: {
  systemd.enableEmergencyMode = false;
}
