"""An invented company with everything that a newcomer may want to try."""
