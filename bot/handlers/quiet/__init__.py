"""The room of quiet hours: what was held meanwhile, told at their end and shown when asked for."""
