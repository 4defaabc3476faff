"""``stancelab predict`` and ``score`` find an actor by another name that the catalogue has."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from made_bundles import make_bundle
from made_files import read, write

TALKS = "Угоду в Москві не підписали."
OWN = '["Acme Corporation"]\nkind = "company"\n["Acme Corporation".en]\nnames = ["Acme", "ACM"]\n'


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return make_bundle("tfidf_linear", tmp_path_factory.mktemp("bundles") / "words")


def test_predict_says_by_what_name_an_actor_stands_there(bundle, call):
    words = ("predict", bundle, "--text", TALKS, "--actor", "Росія", "--actor", "Москві")
    status, out, err = call(*words, "--actor", "Китай", "--json")
    assert status == 0
    assert err.splitlines() == [
        "note: 'Росія' is named as 'Москві'",
        "note: 'Китай' is not named in the text",
    ]
    found = json.loads(out)
    assert [row["actor"] for row in found] == ["Росія", "Москві", "Китай"]
    shares = ("predicted", "p_hostile", "p_neutral", "p_cooperative")
    assert list(found[0]) == ["text", "actor", *shares]
    assert [found[0][name] for name in shares] == [found[1][name] for name in shares]


def test_own_actors_are_found_too(bundle, call, tmp_path):
    own = tmp_path / "mine.toml"
    own.write_text(OWN, encoding="utf-8")
    asked = ("--text", "Oslo accused ACM today.", "--actor", "Acme Corporation", "--json")
    assert call("predict", bundle, *asked, "--catalogue", own)[::2] == (
        0, "note: 'Acme Corporation' is named as 'ACM'\n"
    )  # fmt: skip
    assert "is not named" in call("predict", bundle, *asked)[2]
    write(tmp_path / "in.csv", [{"text": asked[1], "actor": asked[3]}])
    given = {"text": asked[1], "actor": asked[3], "mention_start": 13, "mention_end": 16}
    write(tmp_path / "given.csv", [given])
    for words in (
        ("score", bundle, tmp_path / "in.csv", tmp_path / "a.csv", "--catalogue", own),
        ("predict", bundle, tmp_path / "in.csv", "-o", tmp_path / "b.csv", "--catalogue", own),
        ("score", bundle, tmp_path / "given.csv", tmp_path / "c.csv"),
    ):
        status, _, err = call(*words)
        assert (status, err) == (0, "")
    expected = read(tmp_path / "c.csv")[0]
    del expected["mention_start"], expected["mention_end"]
    assert read(tmp_path / "a.csv") == read(tmp_path / "b.csv") == [expected]


def test_a_wrong_file_of_actors_is_one_line(bundle, call, tmp_path):
    write(tmp_path / "in.csv", [{"text": TALKS, "actor": "Росія"}])
    own = ("--catalogue", tmp_path / "no.toml")
    for words in (
        ("predict", bundle, "--text", TALKS, "--actor", "Росія", *own),
        ("score", bundle, tmp_path / "in.csv", tmp_path / "out.csv", *own),
    ):
        status, out, err = call(*words)
        assert (status, out, err.count("\n")) == (2, "", 1)
        assert "no.toml" in err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("actor", "missing", "note"),
    [
        (
            "Росія",
            True,
            "note: 'Росія' is not named in the text; install 'stancelab[articles]' to look for "
            "other names of it",
        ),
        ("Москві", True, ""),
        ("Москві", False, ""),
    ],
)
def test_the_packages_are_needed_for_other_names_only(bundle, actor, missing, note):
    code = (
        "import sys\n"
        "packages = ('babel', 'pymorphy3', 'simplemma', 'py3langid')\n"
        f"if {missing}: sys.modules.update(dict.fromkeys(packages))\n"
        f"sys.argv = ['stancelab', 'predict', {str(bundle)!r}, '--text', {TALKS!r}, "
        f"'--actor', {actor!r}, '--json']\n"
        "from stancelab.cli import main\n"
        "try: main()\n"
        "except SystemExit as ended: assert ended.code == 0\n"
        "assert not any(map(sys.modules.get, packages))\n"
        f"assert {note!r} or 'stancelab.actors' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (0, note)
    assert json.loads(done.stdout)[0]["actor"] == actor
