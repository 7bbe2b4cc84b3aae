"""The room of those who want to know who did what for whom."""
