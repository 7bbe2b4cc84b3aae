"""The catalogues: one file a room and language, so that a new room brings its own."""
