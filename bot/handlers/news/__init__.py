"""News in the chat: reading, writing, and following how far an item has come."""
