-- A word by which a news item is found.
INSERT INTO words (kind, word, item, weight) VALUES ('news.item', 'chair', 1, 1);
