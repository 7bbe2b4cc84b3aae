"""The room of people: coming in, finding colleagues, one's own settings, and what admins decide."""
