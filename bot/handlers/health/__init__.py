"""The room of those who keep Kollega running: what waits, what failed, and what to do about it."""
