{
  models.folder = "/models";
}
