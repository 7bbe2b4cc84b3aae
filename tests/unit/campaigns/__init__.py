"""What a message to many people is, whoever sends it."""
