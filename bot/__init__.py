"""The bot: routes what people say to features, and carries what features answer to people."""
