{ networking.hostName = "heron"; }
