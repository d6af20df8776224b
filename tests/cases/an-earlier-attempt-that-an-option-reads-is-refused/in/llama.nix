{ text = "x"; }
