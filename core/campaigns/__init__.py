"""What a message to many people is, whoever sends it: audience, copies, progress, edit, withdrawal, acknowledgement."""
