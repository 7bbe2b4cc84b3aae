"""Delivery: every copy in the ledger is made to show what its message wants."""
