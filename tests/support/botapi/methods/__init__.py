"""Importing this fills the registry of methods."""

from tests.support.botapi.methods import (
    albums,
    callbacks,
    chats,
    commands,
    copying,
    deleting,
    editing,
    profile,
    sending,
    session,
)

__all__ = [
    "albums",
    "callbacks",
    "chats",
    "commands",
    "copying",
    "deleting",
    "editing",
    "profile",
    "sending",
    "session",
]
