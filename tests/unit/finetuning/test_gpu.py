"""What holds on a GPU as well: mixed precision, and going on after a training was cut off."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from made_trained import Recording, resumable, small, toy_table

from stancelab.finetuning import fit
from stancelab.finetuning.device import choose_precision
from stancelab.schema import labels_of

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU"),
]
TABLE = toy_table()


class Interrupting(Recording):
    """Cuts a training off in its third epoch."""

    def advance(self, done, total):
        super().advance(done, total)
        if done > total / 2:
            raise KeyboardInterrupt


@pytest.mark.parametrize("validated", [True, False])
def test_a_training_that_was_cut_off_ends_with_equal_predictions(
    encoders, tmp_path, validated, monkeypatch
):
    monkeypatch.setattr(fit, "_SAVE_SECONDS", 0.0)
    whole = resumable(encoders["words"], tmp_path / "whole", Recording(), validated)
    with pytest.raises(KeyboardInterrupt):
        resumable(encoders["words"], tmp_path / "cut", Interrupting(), validated)
    resumed = resumable(encoders["words"], tmp_path / "cut", Recording(), validated)
    np.testing.assert_allclose(resumed.predict_proba(TABLE), whole.predict_proba(TABLE), atol=1e-4)


@pytest.mark.parametrize("precision", ["auto", "fp32", "fp16", "bf16"])
def test_every_precision_learns(encoders, precision):
    if precision == "bf16" and choose_precision("auto") != "bf16":
        pytest.skip("the GPU has no bfloat16")
    model = small(encoders["words"], precision=precision, epochs=20).fit(TABLE, labels_of(TABLE))
    assert model.score(TABLE, labels_of(TABLE)) > 0.9
