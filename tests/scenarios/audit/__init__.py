"""Who did what for whom, as admins see it."""
