"""Tagging texts, tables and files with a bundle."""

from __future__ import annotations

import csv
import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stancelab.errors import BadRowsError, DataError, InputError
from stancelab.features.lexicon import Lexicon
from stancelab.predictors.abstaining import AbstainingPredictor
from stancelab.predictors.lexicon import LexiconPredictor
from stancelab.scoring import ADDED, Bundle, tag_file

TEXT = "Oslo thanked Warsaw and condemned Minsk."


@pytest.fixture(scope="module")
def bundle():
    return Bundle({}, LexiconPredictor(Lexicon.packaged(), np.ones(3)))


def test_tags_lists_and_tables_alike(bundle):
    assert bundle.predict([TEXT, TEXT], ["Warsaw", "Minsk"]) == ["cooperative", "hostile"]
    rows = [{"text": TEXT, "actor": actor} for actor in ("Warsaw", "Minsk")]
    table = bundle.tag(rows)
    assert tuple(table.column_names) == ADDED
    assert table["predicted"].to_pylist() == ["cooperative", "hostile"]
    shares = np.column_stack([table[name].to_numpy() for name in ADDED[1:]])
    np.testing.assert_allclose(shares, bundle.predict_proba([TEXT] * 2, ["Warsaw", "Minsk"]))


@pytest.mark.parametrize(
    ("texts", "actors", "message"),
    [
        (TEXT, ["Minsk"], "column 'texts': expected a list"),
        ([TEXT], ["Minsk", "Oslo"], "found 2 for 1 texts"),
        ([TEXT, ""], ["Minsk", "Oslo"], "column 'texts', row 1: expected text, found ''"),
        ([TEXT, 7], ["Minsk", "Oslo"], "column 'texts', row 1: expected text, found 7"),
        ([TEXT], [None], "column 'actors', row 0: expected text, found None"),
    ],
)
def test_wrong_input_names_the_column_and_row(bundle, texts, actors, message):
    with pytest.raises(InputError, match=message):
        bundle.predict(texts, actors)


@pytest.mark.parametrize("source_type", ["csv", "tsv", "jsonl", "parquet"])
@pytest.mark.parametrize("target_type", ["csv", "tsv", "jsonl", "parquet"])
def test_files_keep_their_columns_and_gain_four(bundle, tmp_path, source_type, target_type):
    rows = [{"nr": str(n), "text": TEXT, "actor": a} for n, a in enumerate(("Warsaw", "Minsk"))]
    source, target = tmp_path / f"in.{source_type}", tmp_path / f"out.{target_type}"
    write(source, rows)
    counts = tag_file(bundle, source, target)
    assert counts == {"hostile": 1, "neutral": 0, "cooperative": 1, "skipped": 0}
    tagged = read(target)
    assert list(tagged[0]) == ["nr", "text", "actor", *ADDED]
    assert [row["predicted"] for row in tagged] == ["cooperative", "hostile"]
    assert [row["nr"] for row in tagged] == ["0", "1"]
    assert float(tagged[0]["p_cooperative"]) == bundle.predict_proba([TEXT], ["Warsaw"])[0, 2]


def test_bad_rows_stop_it_with_nothing_written_or_are_skipped(bundle, tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    write(source, [{"text": "", "actor": "Oslo"}, {"text": TEXT, "actor": "Minsk"}])
    with pytest.raises(BadRowsError, match=r"in\.csv:2: column 'text': empty text"):
        tag_file(bundle, source, target)
    assert not target.exists()
    assert tag_file(bundle, source, target, on_error="skip")["skipped"] == 1
    assert len(read(target)) == 1


def test_a_taken_column_a_missing_folder_and_a_type_are_refused(bundle, tmp_path):
    source = tmp_path / "in.csv"
    write(source, [{"text": TEXT, "actor": "Minsk", "predicted": "x"}])
    with pytest.raises(DataError, match="has a column 'predicted' already"):
        tag_file(bundle, source, tmp_path / "out.csv")
    write(source, [{"text": TEXT, "actor": "Minsk"}])
    with pytest.raises(DataError, match="make it first"):
        tag_file(bundle, source, tmp_path / "nowhere" / "out.csv")
    with pytest.raises(DataError, match=r"unknown file type '\.xlsx'"):
        tag_file(bundle, source, tmp_path / "out.xlsx")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]


def test_a_bundle_with_a_threshold_answers_uncertain_below_it(bundle, tmp_path):
    texts, actors = [TEXT, "Oslo met Warsaw."], ["Minsk", "Warsaw"]
    sure, unsure = bundle.predict_proba(texts, actors).max(axis=1)
    assert unsure < sure
    careful = Bundle(
        {}, AbstainingPredictor(LexiconPredictor(Lexicon.packaged(), np.ones(3)), sure)
    )
    assert (bundle.threshold, careful.threshold) == (None, sure)
    assert bundle.answers == ("hostile", "neutral", "cooperative")
    assert careful.predict(texts, actors) == ["hostile", "uncertain"]
    np.testing.assert_array_equal(
        careful.predict_proba(texts, actors), bundle.predict_proba(texts, actors)
    )
    rows = [{"text": text, "actor": actor} for text, actor in zip(texts, actors, strict=True)]
    tags, plain = careful.tag(rows).to_pylist(), bundle.tag(rows).to_pylist()
    assert [tag["predicted"] for tag in tags] == ["hostile", "uncertain"]
    assert [tag | {"predicted": ""} for tag in tags] == [tag | {"predicted": ""} for tag in plain]
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    write(source, rows)
    counts = tag_file(careful, source, target)
    assert counts == {"hostile": 1, "neutral": 0, "cooperative": 0, "uncertain": 1, "skipped": 0}
    assert [row["predicted"] for row in read(target)] == ["hostile", "uncertain"]


def write(path, rows):
    if path.suffix == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter(path))
            writer.writeheader()
            writer.writerows(rows)


def read(path):
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter=delimiter(path)))


def delimiter(path):
    return "\t" if path.suffix == ".tsv" else ","
