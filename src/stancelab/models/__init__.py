"""Classifiers over the statement table, each a scikit-learn estimator with a config class."""
