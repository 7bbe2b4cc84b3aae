"""What rooms share, and a person meets everywhere alike."""
