"""People, their accounts in messengers, departments and the roles they have."""
