INSERT INTO news (id, content, audience, author_id, byline, publish_at, stirred_at, state, version, edited_at, withdrawn_at, message_id, progress_id, paused, figures, finished_at) VALUES
 (1, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Picnic","body":[{"_":"Paragraph","line":["On Friday at noon"]}]}', '{"_":"Audience","everybody":true}', 3, 'HR', '2026-03-01 09:00:00.000000', '2026-03-01 09:00:00.000000', 'published', 2, '2026-03-01 09:30:00.000000', NULL, 1, NULL, false, '', NULL),
 (2, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Price list","body":[{"_":"Paragraph","line":["From April"]}]}', '{"_":"Audience","departments":[1]}', 3, 'HR', '2026-04-01 06:00:00.000000', '2026-03-01 10:00:00.000000', 'scheduled', 1, NULL, NULL, NULL, NULL, false, '', NULL);
INSERT INTO news_versions (id, news_id, number, content, author_id, made_at) VALUES
 (1, 1, 1, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Picnic","body":[{"_":"Paragraph","line":["On Friday"]}]}', 3, '2026-03-01 09:00:00.000000'),
 (2, 1, 2, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Picnic","body":[{"_":"Paragraph","line":["On Friday at noon"]}]}', 3, '2026-03-01 09:30:00.000000'),
 (3, 2, 1, '{"_":"Content","kind":{"_":"Kind","v":"news"},"title":"Price list","body":[{"_":"Paragraph","line":["From April"]}]}', 3, '2026-03-01 10:00:00.000000');
INSERT INTO news_audiences (news_id, part, value) VALUES (1, 'all', 0), (2, 'department', 1);
INSERT INTO timers (key, at, event, attempts, error) VALUES
 ('news:2', '2026-04-01 06:00:00.000000', '{"_":"NewsDue","news_id":2}', 0, NULL);
