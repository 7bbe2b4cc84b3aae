"""A durable interaction (stored, handled, planned, answered) against a plain aiogram echo bot on the same server."""
