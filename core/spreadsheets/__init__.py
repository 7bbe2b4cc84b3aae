"""Tables as companies keep them: what spreadsheet programs write is read as people see it there."""
