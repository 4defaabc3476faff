"""What a model believes of actors: whether another name in the same text changes its answer."""
