"""Quality checks of labelled data: what is there, what is there twice, what contradicts itself.

Every check is a pure function of a statement table, and what it finds is data, not an error.
"""
