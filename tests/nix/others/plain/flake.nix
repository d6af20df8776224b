{
  description = "Any other flake";
  outputs = _inputs: { };
}
