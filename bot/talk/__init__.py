"""The conversation: from an event to the handler of a room, and from its answer to the ledger."""
