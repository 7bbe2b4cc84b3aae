"""Polls: a question with a few answers to many people, one tally over all messengers."""
