"""What admins see of the health, and how they help."""
