-- Somebody has acknowledged a campaign and others were reminded; a department's head; news for roles, and a draft of such, when roles were numbers.
INSERT INTO acknowledgements (campaign_id, version, person_id, at) VALUES (1, 1, 1, '2026-03-01 12:00:00.000000');
INSERT INTO campaign_reminders (message_id, campaign_id, version, sent_at) VALUES (1, 1, 1, '2026-03-01 13:00:00.000000');
UPDATE departments SET manager_id = 3 WHERE id = 1;
INSERT INTO news (id, content, audience, author_id, byline, publish_at, state, version, urgent) VALUES
 (3, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Budget","body":[{"_":"Paragraph","line":["In March"]}]}', '{"_":"Audience","roles":{"_":"Role","v":6}}', 3, 'HR', '2026-03-01 11:00:00.000000', 'published', 1, false);
INSERT INTO news_audiences (news_id, part, value) VALUES (3, 'role', 2), (3, 'role', 4);
INSERT INTO drafts (id, messenger, chat, account, person_id, form, step, "values", started_at, updated_at, version) VALUES
 (2, 'telegram', '5001', '5001', 1, 'publish', 'roles', '{"kind":"news","audience":"roles","roles":["2","4"]}', '2026-03-02 08:00:00.000000', '2026-03-02 08:01:00.000000', 2);
