final: prev: { mine = prev.hello; }
