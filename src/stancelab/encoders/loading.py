"""Opening model and tokenizer of an encoder, and refusing what would embed wrongly."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from stancelab.encoders.base import EncoderFiles
from stancelab.errors import EncoderError

_ADVICE = "choose an encoder of texts, such as a BERT, RoBERTa or ModernBERT"
_MAX_SHOWN = 200


def load_model(files: EncoderFiles) -> Any:
    """Open the model for inference, in single precision, on a GPU where there is one.

    Returns
    -------
    transformers.PreTrainedModel
        Its base model, without a head.

    Raises
    ------
    EncoderError
        It cannot be opened, is no encoder, or its file lacks weights, which would be random.
    """
    import torch
    from transformers import AutoModel

    with quiet_transformers(), _told(files):
        model, about = AutoModel.from_pretrained(
            files.folder,
            dtype=torch.float32,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            output_loading_info=True,
        )
    if model.config.is_encoder_decoder:
        raise EncoderError(files.name, "has a decoder too", _ADVICE)
    # The pooler is a head over the first token that many checkpoints lack and the mean leaves out.
    missing = sorted(key for key in about["missing_keys"] if "pooler" not in key)
    if missing:
        raise EncoderError(
            files.name,
            f"its weights lack {missing[0]} and {len(missing) - 1} more",
            "they would be random; save the model again with save_pretrained",
        )
    return model.eval().to("cuda" if torch.cuda.is_available() else "cpu")


def load_tokenizer(files: EncoderFiles, model: Any) -> Any:
    """Open the fast tokenizer that belongs to a model.

    Raises
    ------
    EncoderError
        It cannot be opened, or knows more tokens than the model.
    """
    from transformers import AutoTokenizer

    with quiet_transformers(), _told(files):
        tokenizer = AutoTokenizer.from_pretrained(
            files.folder, local_files_only=True, trust_remote_code=False
        )
    with _told(files):
        known = model.get_input_embeddings().num_embeddings
    if len(tokenizer) > known:
        raise EncoderError(
            files.name,
            f"its tokenizer has {len(tokenizer)} tokens, its model {known}",
            "they do not belong together, or tokenizer_config.json is missing; save both again "
            "with save_pretrained",
        )
    return tokenizer


@contextmanager
def quiet_transformers() -> Iterator[None]:
    """Keep back the bars where nobody sees them, and the report about weights checked above."""
    logging: Any = import_module("transformers.utils.logging")
    level, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    if not sys.stderr.isatty():
        logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()


@contextmanager
def _told(files: EncoderFiles) -> Iterator[None]:
    """Turn what `transformers` raises, which is of many kinds, into one line."""
    try:
        yield
    except Exception as error:
        line = " ".join(str(error).split()) or type(error).__name__
        shown = line if len(line) <= _MAX_SHOWN else line[: _MAX_SHOWN - 3] + "..."
        raise EncoderError(files.name, f"cannot be opened ({shown})", _ADVICE) from error
