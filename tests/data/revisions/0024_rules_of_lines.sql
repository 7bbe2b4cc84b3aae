-- Two lines with rules of their own, one of them analogue.
UPDATE lines SET contact_seconds = 20, analogue = true WHERE id = 1;
