"""A bundle at work: one statement, a table, files that do not fit in memory."""

from stancelab.scoring.bundle import ADDED, Bundle, load_bundle

__all__ = ["ADDED", "Bundle", "load_bundle"]
