"""What was done is written down and found again."""
