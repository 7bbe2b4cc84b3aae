"""What takes too long for every day: kills, stalls and partitions in full, and the ledger's model for an hour.

Its files have another name than tests usually have, so that only `make soak` collects them.
"""
