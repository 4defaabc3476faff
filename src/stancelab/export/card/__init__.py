"""The model card: what a classifier is for, what it learnt from, how good and how fast it is."""
