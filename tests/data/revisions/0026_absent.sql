-- An account with which nothing can be read yet.
UPDATE accounts SET absent = true WHERE id = 1;
