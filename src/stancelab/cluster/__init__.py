"""The same work on a cluster of Ray: rows to score, and cells of an experiment to train."""
