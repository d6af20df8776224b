{
  virtualisation.oci-containers.containers.portainer.image = "portainer/portainer-ce";
}
