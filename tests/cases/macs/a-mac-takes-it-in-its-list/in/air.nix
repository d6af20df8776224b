{ system.stateVersion = 6; }
