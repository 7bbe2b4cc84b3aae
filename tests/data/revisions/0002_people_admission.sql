INSERT INTO access_requests (id, account_id, asked_at, message_id, decided_at, decided_by, person_id) VALUES
 (1, 4, '2026-03-02 08:10:00.000000', NULL, NULL, NULL, NULL),
 (2, 2, '2026-02-01 07:01:00.000000', NULL, '2026-02-01 07:05:00.000000', 3, 2);
INSERT INTO wrong_codes (id, account_id, at) VALUES (1, 4, '2026-03-02 08:09:00.000000');
INSERT INTO directory_marks (id, mark) VALUES (1, '726055afbf5c485a');
