"""The user's own data, files and data sets of the hub, with any columns, as a statement table."""
