"""A local directory as an encoder: what it must hold, and what exactly it is."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from stancelab.encoders.base import EncoderFiles
from stancelab.encoders.package import sha256_of
from stancelab.errors import EncoderError

CONFIG, WEIGHTS, INDEX, TOKENIZER = (
    "config.json",
    "model.safetensors",
    "model.safetensors.index.json",
    "tokenizer.json",
)
VOCABULARIES = ("vocab.txt", "vocab.json", "*.model")
"""Files from which `transformers` can make a fast tokenizer where there is no tokenizer.json."""

PARTS = (
    CONFIG,
    "model*.safetensors",
    INDEX,
    TOKENIZER,
    *VOCABULARIES,
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "merges.txt",
)
"""All that an encoder is read from; nothing in it can run code."""

LOCAL_WAYS = (
    'use encoder = "bundled", or a directory with config.json, model.safetensors and tokenizer.json'
)
_NO_PICKLES = " (a pytorch_model.bin is not read, because a pickle can run code)"


def directory_files(folder: Path) -> EncoderFiles:
    """Give a local directory as an encoder.

    Parameters
    ----------
    folder : Path
        Holds ``config.json``, ``model.safetensors`` (or its shards and their index) and
        ``tokenizer.json``.

    Raises
    ------
    EncoderError
        A file is missing; names each.
    """
    folder = Path(os.path.abspath(folder))
    check_directory(str(folder), folder)
    found = hashlib.sha256()
    for path in _parts(folder):
        found.update(f"{path.name} {sha256_of(path)}\n".encode())
    return EncoderFiles(str(folder), f"local-{found.hexdigest()[:12]}", folder)


def check_directory(name: str, folder: Path) -> None:
    """Refuse a directory that `transformers` could not open.

    Parameters
    ----------
    name : str
        How the encoder is named in the message.
    folder : Path
        An existing directory.

    Raises
    ------
    EncoderError
        A file is missing or not what it should be.
    """
    missing = _missing(folder)
    if missing:
        raise EncoderError(
            name,
            f"lacks {', '.join(missing)}{_NO_PICKLES if WEIGHTS in missing else ''}",
            "an encoder is what save_pretrained of a model and of its fast tokenizer writes into "
            f"one directory; {LOCAL_WAYS}",
        )
    config = _json_of(folder / CONFIG)
    if not isinstance(config, dict) or "model_type" not in config:
        raise EncoderError(
            name, f"its {CONFIG} names no model_type", "expected one that save_pretrained wrote"
        )


def _parts(folder: Path) -> list[Path]:
    return sorted({path for pattern in PARTS for path in folder.glob(pattern) if path.is_file()})


def _missing(folder: Path) -> list[str]:
    missing = [] if (folder / CONFIG).is_file() else [CONFIG]
    missing += _missing_weights(folder)
    if not (folder / TOKENIZER).is_file() and not _has_fast_tokenizer(folder):
        missing.append(TOKENIZER)
    return missing


def _missing_weights(folder: Path) -> list[str]:
    if (folder / WEIGHTS).is_file():
        return []
    index = _json_of(folder / INDEX)
    if not isinstance(index, dict):
        return [WEIGHTS]
    shards = sorted(set(index.get("weight_map", {}).values())) or [WEIGHTS]
    return [shard for shard in shards if not (folder / shard).is_file()]


def _has_fast_tokenizer(folder: Path) -> bool:
    """Ask `transformers` whether it makes a fast tokenizer of the vocabulary that is there."""
    if not any(path for pattern in VOCABULARIES for path in folder.glob(pattern)):
        return False
    try:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(
            folder, local_files_only=True, trust_remote_code=False
        )
    except Exception:  # of many kinds, and each means that there is none
        return False
    return bool(tokenizer.is_fast)


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
