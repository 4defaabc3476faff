"""The model card: what the classifier is for, what it learnt from, and how good it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc

from stancelab.datasets.registry import SPECS
from stancelab.export.abstaining import describe_answered
from stancelab.plan import Plan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_UNSTATED = "not stated: not a corpus that comes with stancelab"


def training_data(plan: Plan, rows: NDArray[np.int64]) -> list[dict[str, Any]]:
    """Describe what a model of this plan learnt from, for the manifest.

    Parameters
    ----------
    plan : Plan
        The plan of its experiment.
    rows : numpy.ndarray of int
        The rows of the plan's table that it was trained on.
    """
    table, described = plan.loaded.table.take(rows), []
    for name in table.column("dataset").unique().to_pylist():
        own = table.filter(pc.field("dataset") == name)
        languages = [one for one in own.column("language").unique().to_pylist() if one]
        spec = SPECS.get(name)
        described.append(
            {
                "name": name if spec else plan.config.data.title,
                "licence": spec.licence if spec else _UNSTATED,
                "rows": len(own),
                "languages": sorted(languages),
                "sha256": plan.data_digest,
            }
        )
    return described


def model_card(manifest: Mapping[str, Any], rows: Sequence[Mapping[str, Any]] | None) -> str:
    """Write the card of a bundle, with the hub's metadata header.

    Parameters
    ----------
    manifest : mapping
        The bundle's manifest.
    rows : sequence of mapping or None
        The leaderboard's rows of its model, one a test set; None where the weights were trained
        on all rows, so that no test figure belongs to them.
    """
    data: Sequence[Mapping[str, Any]] = manifest["training_data"]
    languages = sorted({language for one in data for language in one["languages"]})
    header = ["---", "library_name: stancelab", "pipeline_tag: text-classification"]
    header += ["language:", *(f"- {language}" for language in languages)] if languages else []
    name = manifest["model"]["name"]
    parts = [
        "\n".join([*header, "tags:", "- stance-detection", "---"]),
        f"# {name}: stance of a statement toward an actor",
        "Tags a statement as *hostile*, *neutral* or *cooperative* toward a given actor: a "
        "country, a government or an organisation. The same statement can have different labels "
        "for different actors.",
        "## Use",
        _USE + _needs(manifest["requires"]),
        *_uncertain(manifest.get("abstention")),
        "## Figures",
        _figures(manifest, rows),
        "## Training data",
        _data(data),
        "## Limits",
        _LIMITS,
    ]
    return "\n\n".join(parts) + "\n"


_USE = """```python
import stancelab

bundle = stancelab.load_bundle("THIS_FOLDER")
bundle.predict(["Kyiv thanked Warsaw and accused Minsk."] * 2, ["Warsaw", "Minsk"])
```

`stancelab predict THIS_FOLDER file.csv -o tagged.csv` tags a file with the columns `text` and
`actor`. The folder is an MLflow model too:
`mlflow models serve -m THIS_FOLDER --env-manager local`."""

_LIMITS = """It is for aggregate reading of news, diplomacy and public posts by people who check
samples. It is not for decisions about persons, nor a source of facts. Statements unlike the
training data, other languages, irony and long texts lower its quality; measure it on labelled
rows of your own first."""


def _needs(extras: Sequence[str]) -> str:
    """Say which extras the bundle needs: an encoder is not inside it."""
    named = ",".join(extras)
    return f"\n\nIt needs `pip install 'stancelab[{named}]'`." if extras else ""


def _uncertain(abstention: Mapping[str, Any] | None) -> list[str]:
    """Say when the bundle does not answer, and what that gives."""
    if abstention is None:
        return []
    parts = {"the validation rows": abstention["validation"]}
    parts |= {f"the test rows of {name}": one for name, one in abstention["test"].items()}
    given = [f"- {name}: {describe_answered(one)}." for name, one in parts.items()]
    asked = " and ".join(f"{name} of {share:g}" for name, share in abstention["asked"].items())
    return [
        "## Where it does not answer",
        f"Where no probability reaches {abstention['threshold']:.4f} it answers `uncertain`; the "
        "probabilities are there all the same. The threshold was chosen on the validation rows, "
        f"for a {asked}, so that what it gives on the test rows is the fair figure:",
        "\n".join(given),
    ]


def _figures(manifest: Mapping[str, Any], rows: Sequence[Mapping[str, Any]] | None) -> str:
    if rows is None:
        calibrated = manifest["model"].get("config", {}).get("calibration", "none") != "none"
        held_out = " (but a fifth of the documents, by which the probabilities were corrected)"
        return (
            f"These weights were trained on all rows{held_out if calibrated else ''}, the test "
            "rows included. **No test figure belongs to them**: those of the experiment were "
            "measured on weights from a part of the rows."
        )
    return "\n\n".join(_figures_on(manifest, row) for row in rows)


def _figures_on(manifest: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Write what was measured on one test set."""
    lines = ["| metric | mean over seeds | 95 % interval |", "|---|---|---|"]
    titles = {
        "macro_f1": "macro-F1",
        "polar_f1": "F1 of hostile and cooperative",
        "accuracy": "accuracy",
        "actor_swap": "actor swap",
    }
    for key, title in titles.items():
        if row[key] is not None:
            low, high = row[f"{key}_low"], row[f"{key}_high"]
            lines.append(f"| {title} | {row[key]:.3f} | {low:.3f} to {high:.3f} |")
    one = manifest["metrics"]["macro_f1"][row["test"]]
    leaked = (
        f" {row['leaked']:.1%} of these rows stand, by their sentence or their document, in the "
        "training part too: the figures are too kind."
        if row["leaked"]
        else ""
    )
    return "\n".join(
        [
            f"On the test parts of {row['test']}, {row['seeds']} seeds, {row['test_rows']} rows in "
            f"all. These weights are those of seed {manifest['seed']}, whose macro-F1 is "
            f"{one:.3f}.{leaked}",
            "",
            *lines,
        ]
    )


def _data(data: Sequence[Mapping[str, Any]]) -> str:
    lines = ["| data | rows | languages | licence | SHA-256 |", "|---|---|---|---|---|"]
    for one in data:
        languages = " ".join(one["languages"]) or "not stated"
        digest = one["sha256"][:12]
        lines.append(
            f"| {one['name']} | {one['rows']} | {languages} | {one['licence']} | {digest}… |"
        )
    return "\n".join(lines)
