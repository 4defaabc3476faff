"""Searching the parameters of a model on validation rows: ``[sweep]`` of an experiment file."""
