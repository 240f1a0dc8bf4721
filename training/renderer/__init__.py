"""Procedural renderer of articulated human figures (see sequence.py for the entry point)."""
