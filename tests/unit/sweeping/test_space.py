"""What a sweep searches: reading it, refusing what cannot be, and its values."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_sweeps import SWEPT, write_experiment

from stancelab.config import read_experiment, restore_experiment
from stancelab.errors import StancelabError
from stancelab.sweeping.space import Domain

CURVE = "\n[learning_curve]\nshares = [0.25, 0.5]\n"
OTHER = "\n[model.lexicon]\n"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("trials", "trails", r"swept\.toml: sweep\.trails: unknown key; did you mean 'trials'\?"),
        ("sweep.space", "sweep.spase", r"sweep\.spase: unknown key; did you mean 'space'\?"),
        ("trials = 4", "trials = 0", r"sweep\.trials: .* greater than or equal to 1 \(found 0\)"),
        ("C =", "c =", r"sweep\.space\.c: unknown key; did you mean 'C'\? Known: C, calib"),
        ("low = 2", "lo = 2", r"sweep\.space\.window\.lo: unknown key; did you mean 'low'\?"),
        ("low = 2", "low = 8", r"sweep\.space\.window: low 8 is not below high 8"),
        ("low = 2", "low = true", r"space\.window\.low: expected a number \(found true\)"),
        ("low = 2", "low = 0", r"window: the model does not take 0: .* greater than or equal to 1"),
        ("low = 2, high = 8, step = 2", "low = 2.0, high = 8", r"does not take 4\.29.*integer"),
        ("step = 2", "step = 4", r"window: steps of 4 do not lead from 2 to 8"),
        (", high = 8", "", r"window: give low and high, or a list of choices"),
        ("low = 0.001", "low = 0.0", r"sweep\.space\.C: log = true needs low above 0, and no st"),
        ("high = 10.0", "high = inf", r"sweep\.space\.C\.high: expected a number"),
        ('"none"', '"nne"', r"class_weight: the model does not take 'nne': Input should be"),
        ('"none"', '"balanced"', r"class_weight: the list names a choice twice"),
        (', "none"', "", r"class_weight\.choices: .* at least 2 items"),
        ('"none"', "[1]", r"class_weight\.choices\.1: expected text, a number or true"),
        ("C = {", 'calibration = ["none", "isotonic"]\nC = {',
         r"sweep\.space\.calibration: is fitted on the validation rows"),
        ("trials = 4", 'model = "word"', r"sweep\.model: unknown model to sweep 'word'; did you m"),
        ("[sweep]", OTHER + "[sweep]", r"sweep\.model: give one of the file's models: words, lex"),
        ("[sweep]", CURVE.replace("0.5", "1.0") + "[sweep]", r"learning_curve\.shares\.1: .*less"),
        ("[sweep]", CURVE.replace("0.5", "0.25") + "[sweep]", r"learning_curve: .* names one tw"),
        ("[sweep]", CURVE.replace("shares", "sahres") + "[sweep]", r"did you mean 'shares'\?"),
        ("[sweep]", CURVE + 'models = ["wrds"]\n[sweep]',
         r"learning_curve\.models: unknown model 'wrds'; did you mean 'words'\?"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tmp_path, old, new, error):
    assert old in SWEPT
    file = write_experiment(tmp_path, SWEPT.replace(old, new, 1))
    with pytest.raises(StancelabError, match=error):
        read_experiment(file)


def test_choices_can_stand_in_for_a_range(tmp_path):
    file = write_experiment(tmp_path, SWEPT)
    config = read_experiment(file, ["sweep.space.C=[0.5, 1.0]"])
    assert config.sweep.space["C"].choices == (0.5, 1.0)


def test_overrides_and_the_only_model(tmp_path):
    file = write_experiment(tmp_path, SWEPT + CURVE)
    overrides = ["sweep.trials=9", "sweep.space.C.high=3.0", "learning_curve.shares=[0.1]"]
    config = read_experiment(file, overrides)
    assert (config.sweep.model, config.sweep.trials, config.sweep.seed) == ("words", 9, 0)
    assert config.sweep.space["C"] == Domain(low=0.001, high=3.0, log=True)
    assert config.learning_curve.shares == (0.1,)
    assert restore_experiment(json.loads(json.dumps(config.model_dump(mode="json")))) == config
    with pytest.raises(StancelabError, match=r"sweep\.space\.C: low 0\.001 is not below high 0\.0"):
        read_experiment(file, ["sweep.space.C.high=0.0005"])


@pytest.mark.parametrize(
    ("domain", "held", "other"),
    [
        ({"low": 1, "high": 7, "step": 3}, [1, 4, 7, 4.0], [2, 8, "4", True]),
        ({"low": 0.1, "high": 0.4, "step": 0.1}, [0.1, 0.3, 0.4], [0.35, 0.5]),
        ({"low": 0.1, "high": 10.0, "log": True}, [0.1, 3, 10.0], [0.01, None]),
        (["balanced", "none"], ["none"], ["heavy", {"hostile": 2.0}]),
        ([1, 2], [1, 2.0], [True, 3]),
    ],
)
def test_the_values_of_a_domain(domain, held, other):
    found = Domain.model_validate(domain)
    assert all(found.holds(one) for one in [*held, *found.examples()])
    assert not any(found.holds(one) for one in other)


@given(st.integers(-50, 50), st.integers(1, 9), st.integers(1, 20), st.booleans())
def test_optuna_has_the_values_of_the_domain(low, step, steps, whole):
    scale = 1 if whole else Decimal("0.1")
    ends = [low * scale, (low + step * steps) * scale, step * scale]
    low, high, step = (int(one) if whole else float(one) for one in ends)
    domain = Domain(low=low, high=high, step=step)
    found = domain.distribution()
    assert (found.low, found.high, found.step) == (low, high, step)
    assert (type(found).__name__ == "IntDistribution") is whole is domain.is_whole
    assert all(domain.holds(one) for one in domain.examples())
