"""A damaged bundle is refused with the reason: never another error, a crash, or a wrong tag.

Each case is made from its seed alone, which its name tells. Where the digests are written anew
after the damage, what lies behind them is tested: the bundle is then refused too, or is another
one that answers with probabilities.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import zipfile
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import onnx
import pytest
from made_bundles import KINDS, make_bundle
from safetensors.numpy import load_file, save_file

from stancelab.errors import BundleError, EncoderError, MissingExtraError
from stancelab.export.digests import write_sums
from stancelab.export.verify import largest_difference
from stancelab.scoring import load_bundle

REFUSED = (BundleError, EncoderError, MissingExtraError)
TEXTS = ["Rome thanked Oslo.", "Київ звинуватив Мінськ у шантажі.", "They met."]
ACTORS = ["Oslo", "Мінськ", "Norway"]
SILENT = ("transformer",)
"""Kinds whose bundle here has no encoder to answer with."""

FAST_KINDS = [kind for kind in KINDS if kind not in ("estimator", "embedding_linear")]
"""Those of others are asked by the slow tests: it takes seconds to import what opens them."""

ODD = [
    *(None, True, False, -1, 0, 1, 7, 2**40, 10**30, 0.5, -0.5, 1e308, float("nan"), float("inf")),
    *("", "x", "bundled", "abstaining", "../x", "\ud800", "\0"),
    *([], [[]], {}, {"kind": "calibrated"}),
]
"""What a value in JSON is replaced by."""


class Case(NamedTuple):
    """One damaged bundle."""

    seed: int
    kind: str
    damage: str
    resealed: bool

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.kind}-{self.damage}{'-resealed' if self.resealed else ''}"


def flip(rng, path, content):
    changed = bytearray(content)
    for at in rng.integers(len(changed), size=rng.integers(1, 21)):
        changed[at] ^= 1 << int(rng.integers(8))
    path.write_bytes(changed)


def cut(rng, path, content):
    path.write_bytes(content[: rng.integers(len(content))])


def lengthen(rng, path, content):
    path.write_bytes(content + rng.bytes(rng.integers(1, 40)))


def remove(rng, path, content):
    path.unlink()


def empty(rng, path, content):
    path.write_bytes(b"")


def mangle(rng, path, content):
    """Take a key or an item of JSON away, change its value, or swap two."""
    path.write_bytes(mangled(rng, content))


def mangled(rng, content):
    found = json.loads(content)
    for _ in range(rng.integers(1, 4)):
        places = list(walk(found))
        if not places:
            break
        holder, key = places[rng.integers(len(places))]
        how = rng.integers(4)
        if how == 0:
            del holder[key]
        elif how == 1:
            other, at = places[rng.integers(len(places))]
            holder[key], other[at] = deepcopy(other[at]), deepcopy(holder[key])
        elif how == 2 and isinstance(holder, dict):
            holder[f"{key}{'x' * int(rng.integers(2))}"] = holder.pop(key)
        else:
            holder[key] = deepcopy(ODD[rng.integers(len(ODD))])
    return json.dumps(found).encode()


def twist(rng, path, content):
    """Change what a file of weights holds, so that it is still one of its kind."""
    if path.suffix == ".skops":
        path.write_bytes(repacked(rng, content))
    elif path.suffix == ".onnx":
        path.write_bytes(rewired(rng, content))
    else:
        save_file(retyped(rng, load_file(path)), path)


def retyped(rng, arrays):
    """Change an array's type, shape, name or a value."""
    name = list(arrays)[rng.integers(len(arrays))] if arrays else ""
    array = arrays.get(name, np.zeros(3))
    extreme = [np.nan, np.inf, -np.inf, -1, 0, 1e30, 3, -1e-300][rng.integers(8)]
    valued = array.copy()
    if valued.size:
        valued.flat[rng.integers(valued.size)] = extreme if valued.dtype.kind == "f" else -1
    kinds = ("f2", "f4", "f8", "i4", "i8", "u1", "?")
    changed = [
        valued,
        np.nan_to_num(array).astype(kinds[rng.integers(len(kinds))]),
        array[:-1] if array.ndim else array[None],
        array.T[None] if array.ndim > 1 else array[:, None] if array.ndim else array,
        np.zeros_like(array),
        array[..., ::-1],
    ]
    found = {**arrays, name: np.ascontiguousarray(changed[rng.integers(len(changed))])}
    if rng.integers(6) == 0:
        found[f"{name}x"] = found.pop(name)
    return found


def repacked(rng, content):
    """Damage one file in an archive, and make the archive whole again."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        names = old.namelist()
        chosen = names[rng.integers(len(names))] if rng.integers(2) else "schema.json"
        for name in names:
            part = old.read(name)
            if name == chosen and name.endswith(".json"):
                part = mangled(rng, part)
            elif name == chosen:
                at = int(rng.integers(len(part)))
                part = part[:at] + rng.bytes(1) + part[at + 1 :]
            new.writestr(name, part)
    return target.getvalue()


def rewired(rng, content):
    """Change a graph: a weight's shape or type, what an operator is or takes, or its inputs."""
    model = onnx.load_from_string(content)
    graph = model.graph
    node = graph.node[rng.integers(len(graph.node))]
    weights = graph.initializer[rng.integers(len(graph.initializer))]
    how = rng.integers(7)
    if how == 0:
        weights.dims[0] = int(rng.choice([0, 1, 2**40, -1, 7]))
    elif how == 1:
        weights.data_type = int(rng.integers(20))
    elif how == 2:
        node.op_type = str(rng.choice(["Identity", "Exp", "Neg", "Loop", "NoSuch", "Transpose"]))
    elif how == 3:
        node.input[0] = str(rng.choice([*(one.name for one in graph.initializer), "ids", ""]))
    elif how == 4:
        graph.node.remove(node)
    elif how == 5:
        graph.input[rng.integers(len(graph.input))].type.tensor_type.elem_type = 1
    else:
        graph.output[0].name = str(rng.choice(["each", "added", "rows", "nothing"]))
    return model.SerializeToString()


DAMAGES = {one.__name__: one for one in (flip, cut, lengthen, remove, empty, mangle, twist)}
OFTEN = [*DAMAGES, "flip", "mangle", "mangle", "mangle", "twist", "twist"]
DAMAGED = {"mangle": (".json",), "twist": (".safetensors", ".skops", ".onnx")}
"""The endings of what a damage is for, if not for every file."""


def walk(found: Any):
    """Give every place in a JSON value as its holder and its key; of a long list some places."""
    keys = list(found) if isinstance(found, dict) else range(len(found))
    for key in list(keys)[:30]:
        yield found, key
        if isinstance(found[key], dict | list):
            yield from walk(found[key])


def cases(kinds, first, number):
    """Choose kind, damage and whether digests are written anew, by the seed."""
    drawn = []
    for seed in range(first, first + number):
        rng = np.random.default_rng([6, seed])
        kind, damage = (str(rng.choice(known)) for known in (kinds, OFTEN))
        drawn.append(Case(seed, kind, damage, bool(rng.integers(3))))
    return drawn


@pytest.fixture(scope="session")
def whole(tmp_path_factory):
    """Make the bundle of a kind once."""
    made: dict[str, Path] = {}

    def give(kind):
        if kind not in made:
            made[kind] = make_bundle(kind, tmp_path_factory.mktemp("whole") / kind)
        return made[kind]

    return give


def damaged(case, whole, folder):
    """Copy a bundle and damage one of its files; say whether that changed anything."""
    before = whole(case.kind)
    shutil.copytree(before, folder)
    rng = np.random.default_rng([case.seed, 1])
    files = sorted(path.name for path in folder.iterdir())
    files = [name for name in files if name.endswith(DAMAGED.get(case.damage, ("",)))]
    name = files[rng.integers(len(files))]
    path, content = folder / name, (folder / name).read_bytes()
    DAMAGES[case.damage](rng, path, content)
    changed = not path.is_file() or path.read_bytes() != content
    if case.resealed:
        write_sums(folder)
    return changed


def answers(case, folder):
    """Load a bundle and ask it, as everyone who uses one does."""
    bundle = load_bundle(folder)
    return None if case.kind in SILENT else bundle.predict_proba(TEXTS, ACTORS)


def outcome(case, folder):
    """Give the reason why a bundle is refused, or what it answers."""
    try:
        return None, answers(case, folder)
    except REFUSED as error:
        return str(error), None


def check(case, whole, folder):
    changed = damaged(case, whole, folder)
    reason, found = outcome(case, folder)
    if reason is not None:
        assert reason, "an error without a reason"
        assert "\n" not in reason
    else:
        assert case.resealed or not changed, "a changed byte was not noticed"
    if found is not None:
        assert found.shape == (len(TEXTS), 3)
        assert np.isfinite(found).all()
        np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-9)
        assert (found >= 0).all()
    if case.kind not in SILENT:
        with contextlib.suppress(*REFUSED):
            assert largest_difference(folder) >= 0


@pytest.mark.parametrize("case", cases(FAST_KINDS, 0, 200), ids=lambda case: case.name)
def test_damage_is_told(case, whole, tmp_path):
    check(case, whole, tmp_path / "bundle")


@pytest.mark.slow
@pytest.mark.parametrize("case", cases(KINDS, 1000, 1000), ids=lambda case: case.name)
def test_damage_is_told_in_a_thousand_bundles(case, whole, tmp_path):
    check(case, whole, tmp_path / "bundle")


@pytest.mark.parametrize("kind", FAST_KINDS)
def test_whole_bundles_are_read(kind, whole):
    case = Case(0, kind, "", False)
    found = answers(case, whole(kind))
    assert found is None or np.isfinite(found).all()
