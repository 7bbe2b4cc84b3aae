-- A poll was answered; on Matrix a menu stood open, and an alert of before messages had kinds.
INSERT INTO polls (id, question, options, several, named, live, author_id, opened_at, closes_at, closed_at, withdrawn, campaign_id, secret, result) VALUES
 (1, 'Where to go?', '["Lake","Hills"]', false, true, true, 1, '2026-03-03 09:00:00.000000', NULL, NULL, false, NULL, 'aa', NULL);
INSERT INTO poll_ballots (poll_id, voter, person_id, department_id) VALUES (1, '2', 2, 1);
INSERT INTO poll_choices (poll_id, voter, option) VALUES (1, '2', 0);
INSERT INTO messages (id, key, content, revision, state, priority, shared, created_at, sent, urgent) VALUES
 (21, NULL, '{"_":"Screen","blocks":[{"_":"Heading","text":"Menu"}]}', 1, 'running', 1, false, '2026-03-03 09:00:00.000000', 1, false),
 (22, 'alert:2', '{"_":"Screen","blocks":[{"_":"Heading","text":"Missed call"}]}', 1, 'running', 0, false, '2026-03-03 09:01:00.000000', 1, true);
INSERT INTO deliveries (id, message_id, priority, person_id, account_id, messenger, chat, state, due_at, attempts, shown, receipt, choices, sent_at, reason) VALUES
 (21, 21, 1, 1, NULL, 'matrix', '@gleb:example.org', 'sent', NULL, 0, 1, '{"_":"Receipt","ids":["$m21"]}', '[{"_":"Choice","label":"News","data":"nl:0","sign":"1️⃣"}]', '2026-03-03 09:00:01.000000', NULL),
 (22, 22, 0, 1, NULL, 'matrix', '@gleb:example.org', 'sent', NULL, 0, 1, '{"_":"Receipt","ids":["$m22"]}', '[{"_":"Choice","label":"Take","data":"ct:1","sign":"1️⃣"}]', '2026-03-03 09:01:01.000000', NULL);
INSERT INTO delivery_ids (messenger, chat, native, delivery_id) VALUES
 ('matrix', '@gleb:example.org', '$m21', 21), ('matrix', '@gleb:example.org', '$m22', 22);
