-- A menu that was asked for again.
UPDATE deliveries SET asked_at = '2026-03-03 09:05:00.000000' WHERE id = 21;
