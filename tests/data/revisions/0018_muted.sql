-- A copy that its recipient has switched off.
UPDATE messages SET muted = 1 WHERE id = 1;
