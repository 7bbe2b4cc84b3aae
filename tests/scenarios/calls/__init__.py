"""Missed calls, from the exchange to the chat."""
