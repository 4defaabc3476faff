"""Which device trains, and in which precision."""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import nn

from stancelab.errors import TrainingError
from stancelab.finetuning.recipe import Precision

Chosen = Literal["fp32", "bf16", "fp16"]


def choose_precision(wanted: Precision) -> Chosen:
    """Choose the precision of a training: the fastest that the device computes in hardware.

    Parameters
    ----------
    wanted : {"auto", "fp32", "bf16", "fp16"}
        ``"auto"`` is bfloat16 on a device that has it (processors with AMX or AVX512-BF16
        included), half precision on an older GPU, and single precision elsewhere.

    Raises
    ------
    TrainingError
        The device cannot compute in what is wanted; it would do so in another without a word.
    """
    if wanted == "fp16" and not torch.cuda.is_available():
        raise TrainingError.no_half()
    if wanted != "auto":
        return wanted
    if torch.cuda.is_available():
        return "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    return "bf16" if _processor_has_bf16() else "fp32"


def choose_attention(encoder: nn.Module) -> None:
    """Let an encoder compute attention the way that trains fastest on the device.

    On a processor torch's fused attention falls back on plain arithmetic where there is dropout,
    and takes a tenth longer for a step than the plain arithmetic itself.
    """
    module: Any = encoder
    if not torch.cuda.is_available():
        module.set_attn_implementation("eager")


def _processor_has_bf16() -> bool:
    """Ask torch, which has no public name for it yet."""
    names = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(bool(getattr(torch.cpu, name, bool)()) for name in names)
