"""Missed calls in the chat: the alerts, the list of the day, and who is told of which line."""
