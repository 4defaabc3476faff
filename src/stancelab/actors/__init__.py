"""The catalogue of actors and their names in many languages, and their mentions in texts."""
