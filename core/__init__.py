"""The domain: it knows people, news and calls, and neither a database nor a messenger."""
