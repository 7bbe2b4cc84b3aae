"""What happened on the telephone: events of any exchange folded into calls."""
