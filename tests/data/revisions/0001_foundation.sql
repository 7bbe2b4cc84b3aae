-- What an installation of this revision held: people, a form, a waiting event, a broadcast half way. UTC throughout.
INSERT INTO departments (id, name) VALUES (1, 'Sales');
INSERT INTO people (id, external_id, last_name, first_name, patronymic, email, phone, extension, department_id, position, manager_id, roles, birthday, hired_on, active, language, timezone, preferred) VALUES
 (1, 'g', 'Orlov', 'Gleb', '', 'gleb@example.org', '+79990000104', '104', 1, 'Head of sales', NULL, 3, '1985-06-14', '2014-09-01', true, 'en', NULL, 'telegram'),
 (2, 'a', 'Petrova', 'Anna', 'Sergeevna', 'anna@example.org', '+79990000101', '101', 1, 'Manager', 1, 1, NULL, '2019-03-22', true, NULL, 'Asia/Yekaterinburg', NULL),
 (3, 'v', 'Zimina', 'Vera', '', 'vera@example.org', NULL, NULL, NULL, 'HR', NULL, 13, NULL, NULL, true, 'ru', NULL, NULL),
 (4, NULL, 'Sidorov', 'Boris', '', '', NULL, NULL, 1, '', 1, 1, NULL, NULL, false, NULL, NULL, NULL);
UPDATE departments SET manager_id = 1 WHERE id = 1;
INSERT INTO accounts (id, messenger, address, person_id, chat, name, language, unreachable, linked_at, refused) VALUES
 (1, 'telegram', '5001', 1, '5001', 'Gleb', 'en', NULL, '2026-02-01 07:00:00.000000', false),
 (2, 'telegram', '5002', 2, '5002', 'Anna', NULL, NULL, '2026-02-01 07:05:00.000000', false),
 (3, 'telegram', '5003', 3, '5003', 'Vera', NULL, 'blocked', '2026-02-01 07:06:00.000000', false),
 (4, 'telegram', '5009', NULL, '5009', 'Nobody', NULL, NULL, NULL, true);
INSERT INTO codes (id, digest, person_id, expires_at, used_at) VALUES
 (1, 'c0ffee', 4, '2026-03-03 08:00:00.000000', NULL);
INSERT INTO drafts (id, messenger, chat, account, person_id, form, step, "values", started_at, updated_at, version, message_id, album) VALUES
 (1, 'telegram', '5003', '5003', 3, 'publish', 'title', '{"kind":"news"}', '2026-03-02 08:00:00.000000', '2026-03-02 08:01:00.000000', 2, NULL, NULL);
INSERT INTO cursors (messenger, value, moved_at) VALUES ('telegram', '9003', '2026-03-02 08:30:00.000000');
INSERT INTO events (id, messenger, event_id, received_at, state, attempts, error, event) VALUES
 (1, 'telegram', '9001', '2026-03-02 08:29:00.000000', 'handled', 0, NULL, NULL),
 (2, 'telegram', '9002', '2026-03-02 08:30:00.000000', 'waiting', 0, NULL, '{"_":"Said","messenger":"telegram","id":"9002","at":{"_":"at","v":"2026-03-02T08:30:00+00:00"},"account":"5002","chat":"5002","name":"Anna","language":"en","text":"/who Orlov","message":"77"}'),
 (3, 'telegram', '9003', '2026-03-02 08:30:01.000000', 'waiting', 1, 'KeyError', '{"_":"Pressed","messenger":"telegram","id":"9003","at":{"_":"at","v":"2026-03-02T08:30:01+00:00"},"account":"5001","chat":"5001","data":"x","message":"41"}');
INSERT INTO messages (id, key, content, revision, state, priority, shared, created_at, waiting, sent, unreachable) VALUES
 (1, 'news:1', '{"_":"Screen","blocks":[{"_":"Heading","text":"Picnic"},{"_":"Paragraph","line":["On Friday at noon"]}]}', 2, 'running', 3, true, '2026-03-01 09:00:00.000000', 1, 1, 1);
INSERT INTO deliveries (id, message_id, priority, person_id, account_id, messenger, chat, state, due_at, attempts, shown, receipt, choices, sent_at, reason) VALUES
 (1, 1, 3, 1, 1, 'telegram', '5001', 'sent', NULL, 1, 2, '{"_":"Receipt","ids":["41","42"]}', NULL, '2026-03-01 09:00:02.000000', NULL),
 (2, 1, 3, 2, 2, 'telegram', '5002', 'waiting', NULL, 0, 0, NULL, NULL, NULL, NULL),
 (3, 1, 3, 3, 3, 'telegram', '5003', 'unreachable', NULL, 1, 0, NULL, NULL, NULL, 'blocked');
INSERT INTO delivery_ids (messenger, chat, native, delivery_id) VALUES
 ('telegram', '5001', '41', 1), ('telegram', '5001', '42', 1);
