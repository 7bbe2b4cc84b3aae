-- The company has chosen how long a missed call waits.
INSERT INTO company_options (name, value) VALUES ('calls.escalate_after', '15');
