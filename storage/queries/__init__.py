"""The answers to each room's queries and changes; every module here is loaded by `storage.rooms`."""
