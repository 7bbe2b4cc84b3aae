-- A request for access that nobody has decided.
UPDATE access_requests SET decided_at = NULL WHERE id = 1;
