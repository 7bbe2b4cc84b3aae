"""What every room that sends campaigns shows alike: how far they have come, and the questions whom they are for."""
