"""The domain: what the company's people do, without a database and without a messenger."""
