-- A newcomer wrote something with the request.
UPDATE access_requests SET note = 'from the warehouse' WHERE id = 1;
