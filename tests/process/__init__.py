"""The bot as a process of its own: started, ended, killed, starved."""
