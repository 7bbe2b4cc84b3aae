-- An admin by grant, as its index says as well.
INSERT INTO grants (person_id, role, scope_kind, scope_id, source, given_at) VALUES (2, 'admin', 'company', 0, 'command', '2026-03-02 09:00:00.000000');
