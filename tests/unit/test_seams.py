"""The layers of the design: what each part must not know of."""

from __future__ import annotations

import subprocess
import sys

import pytest

TRAINING_STACK = ["torch", "transformers", "datasets", "mlflow", "sklearn", "skops", "pandas"]


@pytest.mark.parametrize(
    ("module", "unknown"),
    [
        ("stancelab.datasets.registry", ["stancelab.models", "stancelab.tracking", "sklearn"]),
        ("stancelab.datasets.own.files", ["stancelab.models", "sklearn"]),
        ("stancelab.models.linear", ["stancelab.datasets", "stancelab.tracking", "mlflow"]),
        ("stancelab.experiment", ["stancelab.tracking", "mlflow", "torch"]),
        ("stancelab.evaluation.report", ["stancelab.models", "mlflow", "pandas"]),
        ("stancelab.evaluation.boards", ["stancelab.models", "sklearn", "mlflow", "pandas"]),
        ("stancelab.comparison.page", ["stancelab.models", "stancelab.tracking", "mlflow"]),
        ("stancelab.sweeping.search", ["stancelab.tracking", "mlflow", "optuna"]),
        ("stancelab.scoring", ["stancelab.models", "stancelab.tracking", *TRAINING_STACK]),
        ("stancelab.cluster.scoring", ["ray", "stancelab.models", "mlflow", "torch", "pandas"]),
        ("stancelab.predictors.linear", ["stancelab.models", *TRAINING_STACK]),
        ("stancelab.predictors.transformer", ["stancelab.models", *TRAINING_STACK]),
        ("stancelab.models.transformer", ["torch", "transformers", "mlflow", "datasets"]),
        ("stancelab", ["numpy", "pyarrow", *TRAINING_STACK]),
    ],
)
def test_importing_a_module_leaves_out_what_it_must_not_know(module, unknown):
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert module in loaded
    assert [name for name in unknown if name in loaded] == []
