"""What every messenger promises, tried once for each on its own wire."""
