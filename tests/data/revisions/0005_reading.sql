UPDATE people SET shows_reading = false WHERE id = 2;
UPDATE accounts SET unreadable_since = '2026-03-02 08:00:00.000000' WHERE id = 1;
UPDATE news SET stirred_from = 1 WHERE id = 1;
INSERT INTO first_writers (messenger) VALUES ('matrix');
INSERT INTO news_openings (news_id, person_id, at) VALUES (1, 1, '2026-03-01 09:10:00.000000');
