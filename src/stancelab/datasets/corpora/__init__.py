"""One module a corpus: what it declares about itself, and how its files become a table."""
