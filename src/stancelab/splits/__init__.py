"""Parting rows into training, validation and test: schemes, dealing, and the check for leaks."""
