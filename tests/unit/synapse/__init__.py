"""The homeserver of the tests and the people on it."""
