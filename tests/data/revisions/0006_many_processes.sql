-- Quiet hours, choices of people, and a process that sends.
UPDATE people SET quiet_from = '22:00:00.000000', quiet_to = '08:00:00.000000' WHERE id = 1;
UPDATE people SET quiet_from = '20:30:00.000000', quiet_to = '09:00:00.000000', language = 'en', preferred = 'telegram', timezone = 'Asia/Yekaterinburg' WHERE id = 2;
INSERT INTO leases (name, owner, epoch, until) VALUES ('sender:telegram', 'host.1', 3, '2026-03-02 08:31:00.000000');
