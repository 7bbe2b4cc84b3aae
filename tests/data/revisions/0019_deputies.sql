-- Somebody stood in for a colleague.
INSERT INTO deputies (person_id, deputy_id, scope_kind, scope_id, starts_at, until, made_by, made_at, ended_at, ended_by) VALUES
 (1, 4, 'company', 0, '2026-03-02 09:00:00.000000', '2026-03-05 09:00:00.000000', 1, '2026-03-01 09:00:00.000000', '2026-03-04 09:00:00.000000', 1);
