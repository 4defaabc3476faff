"""What models look at: words, characters and embeddings of a statement and around its actor."""
