{
  fleet.egret = { };
}
