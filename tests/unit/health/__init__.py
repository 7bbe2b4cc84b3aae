"""The signs of the health, without a chat."""
