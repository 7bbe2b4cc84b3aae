"""The list of held messages, without a chat."""
