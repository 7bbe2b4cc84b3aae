"""The pipeline of the calls on a real database."""
