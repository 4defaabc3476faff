"""A bundle as a web service: MLflow's scoring contract, and a page for people."""
