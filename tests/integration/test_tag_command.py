"""``stancelab tag`` and ``actors`` as a user calls them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from made_bundles import make_bundle

EXAMPLE = Path(__file__).parents[2] / "data/examples/uk-trade-talks.txt"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


def lines(out):
    return [json.loads(line) for line in out.splitlines()]


def test_an_article_becomes_lines_of_json(bundle, call):
    status, out, _ = call("tag", EXAMPLE, "--model", bundle, "--json")
    tags = lines(out)
    assert status == 0
    assert {tag["actor"] for tag in tags} >= {"Ukraine", "Poland", "Russia", "European Union"}
    content = EXAMPLE.read_text(encoding="utf-8")
    for tag in tags:
        assert content[tag["start"] : tag["end"]] == tag["mention"]
        assert sum(tag["probabilities"].values()) == pytest.approx(1)
        assert tag["label"] == max(tag["probabilities"], key=tag["probabilities"].get)
    assert list(tags[0])[:4] == ["article", "publisher", "date", "text"]


def test_a_table_says_who_published_an_article_and_when(bundle, call, tmp_path):
    row = {"id": "7", "text": "Minsk was condemned.", "date": "2026-03-01", "source": "The Post"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row), encoding="utf-8")
    _, out, _ = call("tag", tmp_path / "a.jsonl", "--model", bundle, "--json")
    (tag,) = lines(out)
    assert (tag["article"], tag["publisher"], tag["date"]) == ("7", "The Post", "2026-03-01")


@pytest.mark.parametrize("name", ["Росія", "Russia", "RU", "Москвою"])
def test_an_actor_can_be_named_in_any_way(bundle, call, name):
    status, out, _ = call("tag", EXAMPLE, "--model", bundle, "--actor", name, "--json")
    assert (status, {tag["actor"] for tag in lines(out)}) == (0, {"Russia"})


def test_tables_show_statements_actors_and_sources(bundle, call):
    status, out, _ = call("tag", EXAMPLE, "--model", bundle)
    assert status == 0
    for title in ("Statements", "Toward each actor", "Who says it: mean stance (statements)"):
        assert title in out


def test_a_folder_is_tagged_and_what_cannot_be_read_is_named(bundle, call, tmp_path):
    (tmp_path / "2026-02-04-a.txt").write_text("Minsk was condemned.", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes("Засуджено Мінськ.".encode("cp1251"))
    (tmp_path / "c.txt").write_bytes(b"")
    table = tmp_path / "tags.csv"
    status, out, err = call("tag", tmp_path, "--model", bundle, "--json", "--csv", table)
    found = [(tag["article"], tag["date"], tag["actor"]) for tag in lines(out)]
    assert status == 0
    assert found == [("2026-02-04-a.txt", "2026-02-04", "Belarus"), ("b.txt", None, "Belarus")]
    assert "left out: c.txt: is empty" in err
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["mention"] for row in rows] == ["Minsk", "Мінськ"]
    assert float(rows[0]["p_hostile"]) == pytest.approx(
        lines(out)[0]["probabilities"]["hostile"], abs=1e-6
    )


def test_a_page_is_written(bundle, call, tmp_path):
    status, _, err = call("tag", EXAMPLE, "--model", bundle, "--html", tmp_path / "page.html")
    content = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert (status, "page.html: written; open it in a browser" in err) == (0, True)
    assert "<h1>uk-trade-talks.txt</h1>" in content
    assert content.count("toward Poland") >= 2


def test_own_actors_are_found_too(bundle, call, tmp_path):
    own = tmp_path / "own.toml"
    own.write_text('[Evoria]\nkind = "state"\n[Evoria.uk]\nnames = ["Еворія"]\n', encoding="utf-8")
    article = tmp_path / "a.txt"
    article.write_text("Засуджено Еворію.", encoding="utf-8")
    words = ("tag", article, "--model", bundle, "--catalogue", own, "--language", "uk", "--json")
    _, out, _ = call(*words)
    assert [(tag["actor"], tag["mention"]) for tag in lines(out)] == [("Evoria", "Еворію")]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.txt"], "nowhere.txt: no such file"),
        ([EXAMPLE, "--actor", "Zzyzx"], "--actor 'Zzyzx' is not known"),
        ([EXAMPLE, "--actor", "Congo"], "stands for DR Congo, Republic of the Congo"),
        ([EXAMPLE, "--language", "xx"], "unknown language 'xx'"),
        ([EXAMPLE, "--csv", "nowhere/tags.csv"], "the folder nowhere does not exist"),
        ([EXAMPLE, "--html", "nowhere/a.html"], "the folder nowhere does not exist"),
    ],
)
def test_mistakes_are_one_line(bundle, call, words, message):
    status, out, err = call("tag", *words, "--model", bundle)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_binary_and_empty_articles_are_refused(bundle, call, tmp_path):
    for name, content, message in (
        ("a.txt", b"\x00\x01\x02" * 9, "binary"),
        ("b.txt", b"", "empty"),
    ):
        (tmp_path / name).write_bytes(content)
        status, _, err = call("tag", tmp_path / name, "--model", bundle)
        assert (status, err.count("\n")) == (2, 1)
        assert f"is {message}" in err


def test_actors_are_found_and_listed(call):
    status, out, _ = call("actors", "find", "Москві", "--json")
    assert (status, [one["actor"] for one in json.loads(out)]) == (0, ["Russia"])
    _, out, _ = call("actors", "list", "--kind", "state", "--language", "pl", "--json")
    names = {one["actor"]: one["names"] for one in json.loads(out)}
    assert len(names) > 190
    assert "Niemcy" in names["Germany"]
    status, _, err = call("actors", "find", "Zzyzx")
    assert (status, "no actor has this name" in err) == (2, True)
    status, _, err = call("actors", "list", "--kind", "blok")
    assert (status, "did you mean 'bloc'" in err) == (2, True)
