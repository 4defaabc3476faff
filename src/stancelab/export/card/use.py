"""What a card says of how to use a classifier, for each format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

FOLDER = "THIS_FOLDER"
"""Stands in a card for the place where its folder lies."""

_BUNDLE = f"""```python
import stancelab

bundle = stancelab.load_bundle("{FOLDER}")
bundle.predict(["Kyiv thanked Warsaw and accused Minsk."] * 2, ["Warsaw", "Minsk"])
```

`stancelab predict {FOLDER} file.csv -o tagged.csv` tags a file with the columns `text` and
`actor`. The folder is an MLflow model too:
`mlflow models serve -m {FOLDER} --env-manager local`."""

_MLFLOW = f"""The folder carries its own code, so that it serves where stancelab is not installed:
`pip install -r {FOLDER}/requirements.txt`, and then

```python
import mlflow
import pandas as pd

model = mlflow.pyfunc.load_model("{FOLDER}")
text = "Kyiv thanked Warsaw and accused Minsk."
model.predict(pd.DataFrame({{"text": [text] * 2, "actor": ["Warsaw", "Minsk"]}}))
```

or, over HTTP, `mlflow models serve -m {FOLDER} --env-manager local` and

```console
$ curl -s http://127.0.0.1:5000/invocations -H 'Content-Type: application/json' \\
  -d '{{"dataframe_records": [{{"text": "Kyiv thanked Warsaw.", "actor": "Warsaw"}}]}}'
```"""


def use(manifest: Mapping[str, Any], export_format: str, code: str = "") -> str:
    """Write how to use what the folder holds.

    Parameters
    ----------
    manifest : mapping
        What the export says of the classifier.
    export_format : {"bundle", "onnx", "huggingface", "mlflow"}
        What the folder is.
    code : str
        Python that loads a folder of `transformers` and gives the probabilities.
    """
    if export_format == "huggingface":
        return _huggingface(code)
    if export_format == "mlflow":
        return _MLFLOW
    return _BUNDLE + _heads(manifest.get("heads", ())) + _needs(manifest["requires"])


def _huggingface(code: str) -> str:
    return (
        "With `transformers` and `torch` alone, and no `trust_remote_code`. The encoder is what "
        "`AutoModel` opens; the head that gives the labels lies beside it, as no stock class has "
        "one of its form: `AutoModelForSequenceClassification` would put a random one in its "
        f"place.\n\n```python\n{code.strip()}\n```"
    )


def _heads(corpora: Sequence[str]) -> str:
    """Say how to choose who answers, where a model has learnt several corpora."""
    if not corpora:
        return ""
    named = ", ".join(f"`{name}`" for name in corpora)
    return (
        "\n\nIt answers by a head that all its corpora share. With `--head` in a command, or "
        f"`head=` in Python, it answers as one of them is labelled: {named}."
    )


def _needs(extras: Sequence[str]) -> str:
    """Say which extras the bundle needs: an encoder is not inside it."""
    named = ",".join(extras)
    return f"\n\nIt needs `pip install 'stancelab[{named}]'`." if extras else ""
