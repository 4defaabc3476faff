"""JSON of two meanings, or with numbers that are none, is refused."""

from __future__ import annotations

import pytest
from made_bundles import make_bundle

from stancelab.errors import DamagedBundleError
from stancelab.export.bundle import read_bundle
from stancelab.export.digests import write_sums
from stancelab.export.strict_json import parse_json, read_json

BAD = {
    b'{"a": 1, "a": 2}': "the key 'a' stands there twice",
    b'{"a": {"b": 1, "c": 2, "b": 1}}': "the key 'b' stands there twice",
    b"[NaN]": "NaN is no number of JSON",
    b"[-Infinity]": "-Infinity is no number of JSON",
    b"[1e999]": "the number 1e999 is too large",
    b"[9223372036854775808]": "the number 9223372036854775808 is too large",
    b"[" + b"1" * 10_000 + b"]": "the number 1{20} is too large",
    b"[" * 100_000: "nested too deeply",
    b'{"a":' * 100_000: "nested too deeply",
    b'["\\ud800"]': "surrogates not allowed",
    b'{"\\udfff": 1}': "surrogates not allowed",
    b'["\xff"]': "can't decode byte 0xff",
    b"\xef\xbb\xbf[]": "Expecting value|BOM",
    b"": "Expecting value",
    b"[1] [2]": "Extra data",
    b"['a']": "Expecting value",
    b'["\n"]': "Invalid control character",
}


@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_json_of_no_single_meaning_is_refused(content):
    with pytest.raises(ValueError, match=BAD[content]):
        parse_json(content)


def test_other_json_is_read_as_it_is(tmp_path):
    text = (
        '{"a": [1, -9223372036854775808, 0.1, 1e-300, null, true, "😀 \\ud83d\\ude00 \\\\ud800"]}'
    )
    (tmp_path / "file.json").write_text(text, encoding="utf-8")
    expected = [1, -(2**63), 0.1, 1e-300, None, True, "😀 😀 \\ud800"]
    assert read_json(tmp_path / "file.json") == {"a": expected}


@pytest.mark.parametrize("name", ["manifest.json", "settings.json"])
@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_a_bundle_with_it_is_refused(tmp_path, name, content):
    folder = make_bundle("constant", tmp_path / "bundle")
    (folder / name).write_bytes(content)
    write_sums(folder)
    with pytest.raises(DamagedBundleError, match=rf"{name} is unreadable \(.*({BAD[content]})"):
        read_bundle(folder)
