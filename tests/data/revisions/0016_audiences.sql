-- A department that is part of another, and a role in it until a day.
INSERT INTO departments (id, name, parent_id, above, external_id) VALUES (102, 'Shop', 1, '1', 'D-102');
INSERT INTO grants (person_id, role, scope_kind, scope_id, source, given_by, given_at, until) VALUES
 (1, 'manager', 'department', 102, 'chat', 3, '2026-03-01 09:00:00.000000', '2026-04-01 09:00:00.000000');
INSERT INTO saved_audiences (id, name, audience, author_id, saved_at) VALUES
 (1, 'Shops', '{"_":"Audience","departments":[1]}', 3, '2026-03-03 10:00:00.000000');
