"""The tables of each room, with the mapping of its entities; every module here is loaded by `storage.rooms`."""
