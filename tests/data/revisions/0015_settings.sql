-- Somebody has chosen a language.
INSERT INTO person_settings (person_id, name, value) VALUES (4, 'language', '"en"');
UPDATE people SET settings = '{"language": "en"}' WHERE id = 4;
