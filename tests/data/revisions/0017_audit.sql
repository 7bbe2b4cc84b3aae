-- An admin has closed somebody's access.
INSERT INTO audit (at, kind, what, actor_id, person_id, origin) VALUES ('2026-03-04 09:00:00.000000', 'people.access', '{}', 1, 4, 'telegram');
