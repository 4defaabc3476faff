"""Labelled data: corpora by name and the user's own files, all as one statement table."""
