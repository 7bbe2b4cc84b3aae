-- A module that an admin has switched off.
INSERT INTO switched_off (room, at, person_id) VALUES ('news', '2026-03-03 09:00:00.000000', 1);
