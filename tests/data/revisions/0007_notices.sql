-- A message that names its kind and what it tells of.
UPDATE messages SET kind = 'news.item', about = 1 WHERE id = 1;
