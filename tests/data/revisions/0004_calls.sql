INSERT INTO lines (id, name, timezone, title, department_id, duty, opens, closes) VALUES
 (1, 'line-msk', 'Europe/Moscow', 'Moscow', 1, '[1]', '09:00:00.000000', '18:00:00.000000');
INSERT INTO call_events (id, source, key, at, body) VALUES
 (1, 'asterisk', 'k1', '2026-03-02 08:20:00.000000', '{"kind":"ChannelCreated","key":"k1","at":"2026-03-02T08:20:00+00:00","channel":"c.1","linkedid":"c.1","endpoint":"line-msk","virtual":false,"pair":null,"state":"ring","number":"79990001136","person":"","context":"line-msk","exten":"74950000010"}');
INSERT INTO calls (id, source, linkedid, direction, started_at, ended_at, external_number, external_wire, anonymous, client_name, line, did, dialed, from_extension, queue, rang, answered_by, answered_at, wait_seconds, talk_seconds, outcome, lost_where, ended_by, missed) VALUES
 ('asterisk:c.1', 'asterisk', 'c.1', 'inbound', '2026-03-02 08:20:00.000000', '2026-03-02 08:20:31.500000', '+79990001136', '79990001136', false, NULL, 'line-msk', '74950000010', NULL, NULL, NULL, '["101","104"]', NULL, NULL, 31.5, NULL, 'missed', 'group', 'caller', true);
INSERT INTO alerts (id, version, number, client, line, department_id, audience, opened_at, missed_at, misses, repeats, waited, outcome, lost_where, state, level, told_at, contact_by) VALUES
 (1, 1, '+79990001136', 'Romashka Ltd', 'line-msk', 1, '{"_":"Audience","people":[1]}', '2026-03-02 08:20:34.000000', '2026-03-02 08:20:00.000000', 1, 1, 31.5, 'missed', 'group', 'open', 0, '2026-03-02 08:20:34.000000', '');
INSERT INTO alert_calls (call_id, alert_id) VALUES ('asterisk:c.1', 1);
INSERT INTO alert_events (id, alert_id, at, deed, before, after, actor_id, text) VALUES
 (1, 1, '2026-03-02 08:20:34.000000', 'raised', NULL, 'open', NULL, '');
INSERT INTO clients (number, name, tags) VALUES ('+79990001136', 'Romashka Ltd', '["wholesale"]');
INSERT INTO blocked_numbers (number, person_id, at) VALUES ('+79990001199', 1, '2026-02-20 10:00:00.000000');
INSERT INTO timers (key, at, event, attempts, error) VALUES
 ('call:asterisk:c.2', '2026-03-02 08:31:00.000000', '{"_":"CallEnded","call_id":"asterisk:c.2"}', 0, NULL);
