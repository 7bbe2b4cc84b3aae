"""Figures, measured on demand: `make bench` prints them, docs/benchmarks.md records them. Never part of the tests."""
