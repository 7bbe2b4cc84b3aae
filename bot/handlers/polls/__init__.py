"""Polls in the chat: asked of many, answered with a press, and shown as a picture."""
