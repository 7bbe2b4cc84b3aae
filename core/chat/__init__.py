"""Messages as data: what people say, what they are shown, and what a messenger can do. Standard library only."""
