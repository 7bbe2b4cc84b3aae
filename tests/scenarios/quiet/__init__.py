"""What happens in quiet hours, and after them."""
