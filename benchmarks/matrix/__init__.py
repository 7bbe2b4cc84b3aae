"""Kollega in Matrix, measured on a real Synapse on this machine, without its limits."""
