-- What news carried of their delivery was moved out by the upgrade; one of these campaigns rings also in quiet hours.
UPDATE campaigns SET urgent = true WHERE id = 1;
