"""Where a model of natural-language inference comes from, and which of its labels is entailment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stancelab.encoders import BUNDLED, EncoderFiles, find_encoder, find_same_encoder
from stancelab.encoders.directory import CONFIG
from stancelab.errors import EncoderError

_ADVICE = (
    "choose a model of natural-language inference, fine-tuned on MNLI or XNLI for example, whose "
    "id2label names entailment"
)
_ENTAILS = ("entailment", "entails", "entail")


def nli_files(name: str, revision: str | None = None) -> EncoderFiles:
    """Find a model of natural-language inference.

    Parameters
    ----------
    name : str
        A directory, or ``OWNER/NAME`` or ``OWNER/NAME@REVISION`` of the Hugging Face hub.
    revision : str, optional
        The one that it must be.

    Raises
    ------
    EncoderError
        It is not there, or none of its labels is entailment.
    """
    if name == BUNDLED:
        raise EncoderError(
            name, "an encoder of texts, which does not say what entails what", _ADVICE
        )
    files = find_encoder(name) if revision is None else find_same_encoder(name, revision)
    entailment_label(files)
    return files


def entailment_label(files: EncoderFiles) -> int:
    """Find which output of a model is entailment, by the names in its config.

    Raises
    ------
    EncoderError
        No label, or more than one, is named so.
    """
    names = _label_names(json.loads((files.folder / CONFIG).read_text(encoding="utf-8")))
    found = [code for code, name in names.items() if name.casefold() in _ENTAILS]
    if len(found) != 1:
        listed = ", ".join(names[code] for code in sorted(names)) or "nothing"
        raise EncoderError(
            files.name, f"its labels are {listed}; expected one 'entailment'", _ADVICE
        )
    return found[0]


def _label_names(config: Mapping[str, Any]) -> dict[int, str]:
    """Read ``id2label``, or ``label2id`` the other way round where that is all there is."""
    by_id, by_name = config.get("id2label"), config.get("label2id")
    try:
        if isinstance(by_id, Mapping):
            return {int(code): str(name) for code, name in by_id.items()}
        if isinstance(by_name, Mapping):
            return {int(code): str(name) for name, code in by_name.items()}
    except (TypeError, ValueError):
        pass
    return {}
