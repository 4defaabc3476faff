"""From an article to tags: what its statements say toward the actors that they name."""
