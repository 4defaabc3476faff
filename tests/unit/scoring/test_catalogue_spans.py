"""Where an actor is named by another name, the catalogue finds it."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest
from made_bundles import make_bundle
from made_files import read, write

from stancelab import load_bundle
from stancelab.actors.errors import CatalogueError
from stancelab.datasets.own.columns import Columns
from stancelab.datasets.own.lines import Record
from stancelab.errors import DataError, MissingExtraError
from stancelab.schema import as_table
from stancelab.scoring import spans as module
from stancelab.scoring.batches import TextBatch
from stancelab.scoring.checking import check
from stancelab.scoring.spans import Place, SpanFinder, span_finder

TALKS = "Угоду в Москві не підписали."
OWN = '["Acme Corporation"]\nkind = "company"\n["Acme Corporation".en]\nnames = ["Acme", "ACM"]\n'
PACKAGES = ("babel", "babel.core", "pymorphy3", "simplemma", "py3langid.langid")


@pytest.fixture(scope="module")
def finder() -> SpanFinder:
    return SpanFinder()


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A classifier that looks at the words beside the actor."""
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


@pytest.fixture
def without_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    from stancelab.actors import catalogue, cldr, language, lemmas
    from stancelab.articles import languages

    for name in PACKAGES:
        monkeypatch.setitem(sys.modules, name, None)
    for place in (catalogue, cldr, language, lemmas, languages):
        for kept in vars(place).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()
    module._made.cache_clear()


@pytest.mark.parametrize(
    ("text", "actor", "language", "mention"),
    [
        (TALKS, "Росія", "", "Москві"),
        (TALKS, "Росія", "uk", "Москві"),
        (TALKS, "Росія", "uk-UA", "Москві"),
        (TALKS, "Росія", "no such language", "Москві"),
        (TALKS, "Росія", "actors", "Москві"),
        (TALKS, "Росія", "ukr", "Москві"),
        (TALKS, "Russia", "", "Москві"),
        (TALKS, "RU", "", "Москві"),
        (TALKS, "Китай", "", ""),
        (TALKS, "Somebody Unknown", "uk", ""),
        (TALKS, "???", "uk", ""),
        ("Kyiv blamed Beijing.", "Китай", "en", "Beijing"),
        ("Москві відповіли: Росія", "Росія", "", "Росія"),
        ("莫斯科拒绝了。", "Росія", "", "莫斯科"),
        ("У Rосії це знають.", "Росія", "uk", "Rосії"),
        ("1234", "Росія", "", ""),
        ("Засудили погрози Мінська.", "Мінськ", "uk", "Мінська"),
        ("Iranian ships left Iran.", "Iran", "en", "Iran"),
        ("中国外交部表示。", "中国", "zh", "中国"),
    ],
)
def test_the_first_name_is_found(finder, text, actor, language, mention):
    found = finder.find(text, actor, language)
    assert text[max(found.start, 0) : max(found.end, 0)] == mention
    assert found.renamed == bool(mention and mention != actor)
    assert not found.unsearched
    assert (found.start == -1) == (mention == "")


def test_a_name_that_means_one_actor_is_preferred(finder, monkeypatch):
    from stancelab.actors.mentions import Mention

    named = [
        Mention(0, 1, "Russia", "pair", inferred=True),
        Mention(2, 3, "Russia", "name", ambiguous=True),
        Mention(4, 5, "China", "name"),
        Mention(6, 7, "Russia", "capital"),
        Mention(8, 9, "Russia", "name"),
    ]
    monkeypatch.setattr(finder, "_mentions", lambda text, code: named)
    assert finder.find("a text", "Росія", "uk") == Place(6, 7, renamed=True)


def test_the_order_of_rows_does_not_matter(finder):
    texts = (
        TALKS,
        "Moscow met Beijing.",
        "Москва молчит.",
        "Пекін і Київ",
        "北京",
        "Pekin milczy.",
    )
    actors = ("Росія", "China", "Україна", "Nobody", "Пекін")
    rows = [(text, actor, code) for text in texts for actor in actors for code in ("", "en", "xx")]
    expected = {row: finder.find(*row) for row in rows}
    random.Random(0).shuffle(rows)
    anew = SpanFinder()
    assert {row: anew.find(*row) for row in rows} == expected


def test_a_row_may_say_its_language_and_that_there_is_no_span(finder):
    rows = [
        {"text": TALKS, "actor": "Росія"},
        {"text": TALKS, "actor": "Росія", "lang": "uk", "mention_start": None},
        {"text": TALKS, "actor": "Росія", "mention_start": -1, "mention_end": -1},
        {"text": TALKS, "actor": "Росія", "mention": "підписали"},
    ]
    for columns, starts in (
        (Columns(language="lang"), [8, 8, -1, 18]),
        (Columns(mention="no", mention_start="no", mention_end="no"), [8, 8, 8, 8]),
    ):
        batch = TextBatch([Record(line, row) for line, row in enumerate(rows)], list(rows[1]))
        batch.names += ["mention_end", "mention"]
        found = check(batch, columns, "a.jsonl", finder)
        assert found.table["mention_start"].to_pylist() == starts
        assert found.bad == []


@pytest.mark.parametrize("columns", [Columns(), Columns(mention="no", mention_start="no")])
def test_a_piece_of_a_word_is_no_name_in_files_either(finder, columns):
    text = "Засудили погрози Мінська."
    rows = [
        {"text": text, "actor": "Мінськ"},
        {"text": text, "actor": "Мінськ", "mention": "інськ"},
    ]
    batch = TextBatch([Record(line, row) for line, row in enumerate(rows)], list(rows[1]))
    for looked, ends in ((finder, 24), (None, 23)):
        found = check(batch, columns, "a.jsonl", looked).table
        assert found["mention_end"][0].as_py() == ends
        if columns == Columns():
            assert (found["mention_start"][1].as_py(), found["mention_end"][1].as_py()) == (18, 23)


def test_a_bundle_answers_as_if_the_span_were_given(words):
    text = "Oslo thanked Moscow, and Oslo accused Rome."
    bundle = load_bundle(words)
    given = bundle.tag([{"text": text, "actor": "Росія", "mention_start": 13, "mention_end": 19}])
    absent = bundle.tag([{"text": text, "actor": "Росія", "mention_start": -1, "mention_end": -1}])
    assert given != absent
    assert bundle.tag([{"text": text, "actor": "Росія"}]) == given
    assert bundle.tag([{"text": text, "actor": "Росія", "language": "en"}]) == given
    asked = bundle.predict_proba([text], ["Росія"])[0].tolist()
    assert asked == [
        given[f"p_{name}"][0].as_py() for name in ("hostile", "neutral", "cooperative")
    ]
    assert bundle.predict([text], ["Росія"]) == given["predicted"].to_pylist()


def test_tables_for_training_have_literal_spans_only():
    assert as_table([{"text": TALKS, "actor": "Росія"}])["mention_start"].to_pylist() == [-1]


@pytest.mark.parametrize("processes", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_files_are_scored_with_the_spans_that_are_found(score, words, own, tmp_path, processes):
    text = "Rome thanked {}, and Oslo accused Rome."
    named = (("Росія", "Moscow"), ("Acme Corporation", "ACM"), ("Norway", "Norway"), ("X", ""))
    rows = [{"text": text.format(name), "actor": actor} for actor, name in named] * 5
    spans = [(13, 13 + len(name)) if name else (-1, -1) for _, name in named] * 5
    given = [
        {**row, "mention_start": start, "mention_end": end}
        for row, (start, end) in zip(rows, spans, strict=True)
    ]
    write(tmp_path / "in.jsonl", rows)
    write(tmp_path / "given.jsonl", given)
    options = {"bundle": words, "part_rows": 4}
    score("given.jsonl", "expected.jsonl", **options)
    done = score("in.jsonl", "out.jsonl", catalogue=own, processes=processes, **options)
    assert done.processes == processes
    found, expected = read(tmp_path / "out.jsonl"), read(tmp_path / "expected.jsonl")
    assert found == [
        {name: value for name, value in row.items() if not name.startswith("mention")}
        for row in expected
    ]


def test_a_run_goes_on_with_the_same_names_only(score, own, tmp_path, monkeypatch):
    write(tmp_path / "in.parquet", [{"text": TALKS, "actor": "Росія"}] * 6)

    class EndedError(Exception):
        pass

    def ending(what, done, total):
        if done >= 4:
            raise EndedError

    options = {"part_rows": 2, "resume": True}
    with pytest.raises(EndedError):
        score("in.parquet", "out.csv", progress=ending, catalogue=own, **options)
    with pytest.raises(DataError, match="the unfinished run had another --catalogue, or other pac"):
        score("in.parquet", "out.csv", **options)
    own.write_text(OWN + "# more", encoding="utf-8")
    with pytest.raises(DataError, match="another --catalogue"):
        score("in.parquet", "out.csv", catalogue=own, **options)
    own.write_text(OWN, encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(module, "_PACKAGES", ("no-such-package",))
        with pytest.raises(DataError, match=r"other packages of 'stancelab\[articles\]'"):
            score("in.parquet", "out.csv", catalogue=own, **options)
    assert score("in.parquet", "out.csv", catalogue=own, **options).rows == 6


def test_a_file_of_actors_that_cannot_be_used_is_refused_at_once(score, own, tmp_path):
    write(tmp_path / "in.jsonl", [{"text": "Oslo.", "actor": "Oslo"}])
    with pytest.raises(CatalogueError, match=r"no\.toml"):
        score("in.jsonl", "out.csv", catalogue=tmp_path / "no.toml")
    own.write_text("[X]\nkind = 3\n")
    with pytest.raises(CatalogueError, match=r"mine\.toml"):
        score("in.jsonl", "out.csv", catalogue=own)
    assert not list(tmp_path.glob("out*"))


def test_a_changed_file_of_actors_is_read_anew(own):
    first = span_finder(own)
    assert span_finder(own) is first
    assert first.find("EMC agreed.", "Acme", "en").start == -1
    own.write_text(OWN.replace("ACM", "EMC"), encoding="utf-8")
    assert span_finder(own).find("EMC agreed.", "Acme", "en").start == 0


@pytest.mark.usefixtures("without_packages")
def test_without_the_packages_only_literal_names_are_found(own):
    found = SpanFinder()
    assert found.find(TALKS, "Москві") == Place(8, 14)
    for language in ("", "uk", "no such language"):
        assert found.find(TALKS, "Росія", language) == Place(-1, -1, unsearched=True)
        assert found.find("Oslo met Moscow.", "Росія", language).unsearched
    with pytest.raises(MissingExtraError, match=r"stancelab\[articles\]"):
        SpanFinder(own)


def test_without_a_dictionary_other_languages_are_searched(monkeypatch):
    from stancelab.actors import language, lemmas

    monkeypatch.setitem(sys.modules, "pymorphy3", None)
    for kept in (language.language_reader, lemmas.lemmatiser):
        kept.cache_clear()
    for texts in ((TALKS, "Oslo met Moscow."), ("Oslo met Moscow.", TALKS)):
        found = SpanFinder()
        places = {text: found.find(text, "Russia") for text in texts}
        assert places[TALKS] == Place(-1, -1, unsearched=True)
        assert places["Oslo met Moscow."] == Place(9, 15, renamed=True)


def test_a_literal_name_imports_nothing_more(words):
    code = (
        "import sys, stancelab\n"
        f"bundle = stancelab.load_bundle({str(words)!r})\n"
        "bundle.predict(['Oslo met Warsaw.'], ['Warsaw'])\n"
        "print(*sorted(n for n in sys.modules if n.split('.')[0] in ('babel', 'py3langid')"
        " or n.startswith(('pymorphy3', 'simplemma', 'stancelab.a'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert set(done.stdout.split()) <= {"stancelab.arrow"}


def test_a_piece_of_a_word_is_taken_where_nothing_better_is_known(finder: SpanFinder) -> None:
    assert finder.find("Zorbanians cheered.", "Zorban", "en") == Place(0, 6)


def test_a_piece_of_a_word_is_taken_without_the_packages(without_packages: None) -> None:
    assert SpanFinder().find("Засудили погрози Мінська.", "Мінськ", "uk") == Place(17, 23)
