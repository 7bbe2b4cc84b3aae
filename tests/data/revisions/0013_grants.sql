-- HR by grant.
INSERT INTO grants (person_id, role, scope_kind, scope_id, source, given_at) VALUES (2, 'hr', 'company', 0, 'chat', '2026-03-02 09:00:00.000000');
