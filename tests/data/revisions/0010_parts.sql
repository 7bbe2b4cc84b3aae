-- The owner of a lease says what is wrong with its work.
UPDATE leases SET fault = 'unreachable' WHERE name = 'sender:telegram';
