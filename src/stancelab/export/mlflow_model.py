"""The MLflow model: a thin pyfunc over the bundle's folder, written as code and not as a pickle.

A folder's ``stancelab_model.py`` names it, of folders that are years old too. MLflow lets a number
through where a text is expected, so types and spans are checked here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlflow.exceptions import MlflowException
from mlflow.models import ModelSignature
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel, PythonModelContext
from mlflow.types import ColSpec, DataType, Schema, TensorSpec

from stancelab.errors import StancelabError
from stancelab.scoring import ADDED, Bundle, load_bundle
from stancelab.scoring.asked import asked_rows

if TYPE_CHECKING:
    import pandas as pd

ARTIFACT = "bundle"

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


class StanceModel(PythonModel):
    """Answers a data frame of texts and actors with labels and probabilities."""

    bundle: Bundle
    _skip_type_hint_validation = True  # MLflow's hints know no data frames; the signature does

    def load_context(self, context: PythonModelContext) -> None:
        """Load the bundle that lies with the model."""
        self.bundle = load_bundle(context.artifacts[ARTIFACT])

    def predict(
        self, context: PythonModelContext, model_input: pd.DataFrame, params: Any = None
    ) -> pd.DataFrame:
        """Tag each row; a row that cannot be tagged is the caller's error and names the column."""
        try:
            known = [name for name in SIGNATURE.inputs.input_names() if name in model_input]
            columns = {name: model_input[name].tolist() for name in known}
            tags: pd.DataFrame = self.bundle.tag(asked_rows(columns)).to_pandas()
            return tags
        except StancelabError as error:
            raise MlflowException(str(error), error_code=INVALID_PARAMETER_VALUE) from None
