"""What is left of a model when it is trained: plain arrays and the arithmetic over them.

Estimators in `stancelab.models` learn; the predictors here answer. An exported classifier is a
predictor, so nothing in this package imports scikit-learn, torch, transformers, mlflow or pandas.
"""
