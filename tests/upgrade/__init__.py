"""Installations of earlier releases, upgraded."""
