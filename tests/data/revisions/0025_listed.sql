-- A chat shows the list of commands of a manager.
UPDATE accounts SET listed = 'manager' WHERE id = 1;
