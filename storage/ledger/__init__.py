"""The delivery ledger: messages, their copies, and what becomes of each."""
