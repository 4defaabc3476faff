"""What an export is asked for in words, and what is printed of it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from stancelab.cli.exported import conversion_of, print_exported, registration_of
from stancelab.errors import StancelabError
from stancelab.export.onnx.wanted import OnnxWanted
from stancelab.tracking.exportable import Registration
from stancelab.tracking.exporting import Exported
from stancelab.tracking.registering import Registered

DONE = Exported("tiny", "9f2c", Path("out"), "onnx", 2e-8, False, 58_000_000, 412.3)


def test_words_become_a_conversion_and_nothing_said_is_none():
    assert conversion_of(None, None, None) is None
    assert conversion_of("int8", None, None) == OnnxWanted("int8")
    file = Path("mine.txt")
    assert conversion_of(None, "uk,en, uk", [file]) == OnnxWanted("fp32", ("uk", "en"), (file,))
    with pytest.raises(StancelabError, match="--languages '': expected codes with commas"):
        conversion_of(None, "", None)


def test_an_alias_needs_a_name():
    assert registration_of(None, None) is None
    assert registration_of("stance", "champion") == Registration("stance", "champion")
    with pytest.raises(StancelabError, match="--alias champion names a registered version"):
        registration_of(None, "champion")


def test_lines_for_people_and_notes_apart(capsys):
    done = replace(
        DONE,
        conversion={"precision": "int8"},
        notes=("labels agree for 98.1%", "plv states no licence"),
        registered=Registered("stance", "3", "champion"),
    )
    print_exported(done, json=False)
    printed = capsys.readouterr()
    assert printed.out == (
        "out: tiny as onnx (int8), 58.0 MB, 412 statements a second, verified in a fresh process "
        "(largest difference 2e-08)\n"
        "registered as version 3 of stance; load it as models:/stance@champion\n"
    )
    assert printed.err == "note: labels agree for 98.1%\nnote: plv states no licence\n"


def test_programs_get_everything(capsys):
    print_exported(replace(DONE, refitted=True, notes=("one",)), json=True)
    printed = capsys.readouterr()
    assert printed.err == ""
    assert json.loads(printed.out) == {
        "model": "tiny",
        "run": "9f2c",
        "folder": "out",
        "format": "onnx",
        "difference": 2e-8,
        "refit": True,
        "bytes": 58_000_000,
        "statements_per_second": 412.3,
        "notes": ["one"],
        "abstention": None,
        "conversion": {},
        "registered": None,
    }
