"""What a card says of where a classifier comes from: its data, their terms, and its run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stancelab.export.card.header import base_model
from stancelab.export.encoder import encoders_in
from stancelab.export.licences import OTHER, learnt_from, weights_licence


def data_table(data: Sequence[Mapping[str, Any]]) -> str:
    """Write what was learnt from, with the licence of each corpus and its terms."""
    lines = ["| data | rows | languages | licence | terms | SHA-256 |", "|---|---|---|---|---|---|"]
    for one in data:
        languages = " ".join(one["languages"]) or "not stated"
        page = str(one.get("homepage", ""))
        name = f"[{one['name']}]({page})" if page.startswith("http") else one["name"]
        lines.append(
            f"| {name} | {one['rows']} | {languages} | {one['licence']} | {one['terms']} "
            f"| {one['sha256'][:12]}… |"
        )
    return "\n".join(lines)


def unlabelled(data: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write what was used besides, without labels."""
    if data:
        yield "Used besides, without labels:"
        yield "\n".join(
            f"- {one['name']}, {one['licence']} ({one['terms']}): {one['used_for']}."
            for one in data
        )


def licence(manifest: Mapping[str, Any]) -> Iterator[str]:
    """Write under which terms the weights stand, and whom to name."""
    encoders = encoders_in(manifest)
    name, reason = weights_licence(learnt_from(manifest), encoders)
    stands = (
        "No one licence can be named for these weights"
        if name == OTHER
        else f"These weights stand under {name}"
    )
    yield (
        f"{stands}: {reason}. What each part allows stands in the table above; where its terms are "
        "unstated, its authors can tell."
    )
    cited = [f"- {one['name']}: {one['citation']}." for one in learnt_from(manifest)]
    named = [line for line in cited if not line.endswith(": .")]
    named += [f"- the encoder: {base_model(one) or 'a local directory'}." for one in encoders]
    if named:
        yield "Name those whose work is in it:"
        yield "\n".join(named)


def made_by(manifest: Mapping[str, Any]) -> str:
    """Write which run it is, so that it can be made again.

    Examples
    --------
    >>> made_by({"stancelab": "0.1.0", "run": "9f2c", "seed": 0, "model": {"name": "mine"}})
    'Model `mine`, seed 0, of run 9f2c; exported with stancelab 0.1.0.'
    """
    model, run = manifest["model"], manifest.get("run", "unknown")
    setting = f" trained on {manifest['setting']}" if manifest.get("setting") else ""
    seed = f", seed {manifest['seed']}" if "seed" in manifest else ""
    made = f"Model `{model['name']}`{setting}{seed}, of run {run}"
    return f"{made}; exported with stancelab {manifest.get('stancelab', '')}."
