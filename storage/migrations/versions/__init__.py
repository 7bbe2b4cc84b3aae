"""One file per step, one after the other: a room adds its own at the end of the chain."""
