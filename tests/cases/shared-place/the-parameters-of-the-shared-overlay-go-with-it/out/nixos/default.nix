{ inputs, ... }:
{
}
