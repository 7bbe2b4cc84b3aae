"""The delivery of messages, measured with real processes and real databases against a lean Bot API server."""
