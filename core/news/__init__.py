"""Company news: what is published to whom, changed, and taken back."""
