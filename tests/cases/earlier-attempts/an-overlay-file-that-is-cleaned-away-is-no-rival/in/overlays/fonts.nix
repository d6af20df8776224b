final: prev: {
  small-fonts = prev.terminus_font;
}
