"""What a run writes to MLflow, and how it is found again."""
