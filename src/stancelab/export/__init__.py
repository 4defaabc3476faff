"""The exported classifier: a folder that is checked before it answers."""
