"""Several processes that work on one training, as `accelerate launch` starts them."""

from __future__ import annotations

import os
from typing import TypeVar

_Value = TypeVar("_Value")


def processes() -> int:
    """Count the processes that were started together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def is_first() -> bool:
    """Say whether this is the process that keeps what is found."""
    return int(os.environ.get("RANK", "0")) == 0


def agreed(yes: bool) -> bool:
    """Give every process the answer of the first one; all must ask at the same point."""
    return _shared(yes, smallest=False)


def all_agree(yes: bool) -> bool:
    """Say whether every process says yes; all must ask at the same point."""
    return _shared(yes, smallest=True)


def _shared(yes: bool, smallest: bool) -> bool:
    """Share one answer by a tensor: it is asked at every step, and objects are slow to send."""
    if processes() == 1:
        return yes
    import torch
    from accelerate import PartialState

    flag = torch.tensor([float(yes)], device=PartialState().device)
    if smallest:
        torch.distributed.all_reduce(flag, torch.distributed.ReduceOp.MIN)
    else:
        torch.distributed.broadcast(flag, 0)
    return bool(flag.item())


def told(value: _Value) -> _Value:
    """Give every process what the first one has; all must ask at the same point."""
    if processes() == 1:
        return value
    import torch
    from accelerate import PartialState
    from accelerate.utils import broadcast_object_list

    PartialState(cpu=not torch.cuda.is_available())
    holder = [value]
    broadcast_object_list(holder)
    return holder[0]
