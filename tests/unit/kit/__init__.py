"""What rooms share, each piece by itself."""
