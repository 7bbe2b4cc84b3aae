-- A message that shows a thing that may change.
UPDATE messages SET shows = 'news:1' WHERE id = 1;
