"""One file per step. A room adds its own, after `0001_foundation`; several heads are allowed."""
