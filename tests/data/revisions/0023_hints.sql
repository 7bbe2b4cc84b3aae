-- The company has chosen how long a missed call waits until managers are told, by the name that this has now.
INSERT INTO company_options (name, value) VALUES ('calls.unclaimed', '15');
