"""Reading the catalogue: CLDR's names, the files, a user's own file, and what is wrong in one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stancelab.actors.catalogue import Catalogue, read_catalogue
from stancelab.actors.errors import CatalogueError
from stancelab.actors.files import described, language_names
from stancelab.actors.notation import expand
from stancelab.errors import MissingExtraError, UnknownNameError


def own(tmp_path: Path, content: str) -> Path:
    """Write a user's own file."""
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_states_have_their_codes_and_kinds(small: Catalogue) -> None:
    """States and lands come from CLDR, others from the file."""
    assert small.actors["Turkey"].codes == ("TR", "TUR")
    assert small.actors["Turkey"].kind == "state"
    assert small.actors["Greenland"].kind == "territory"
    assert small.actors["NATO"].codes == ()
    assert "Türkiye" not in small.actors
    assert sum(actor.kind == "state" for actor in small.actors.values()) == 197


def test_names_of_cldr_come_first(small: Catalogue) -> None:
    """A file only adds what CLDR lacks; the European Union is among its territories."""
    assert small.names("Russia", "uk")["names"] == ("Росія", "РФ", "росія")
    assert small.names("European Union", "uk")["names"] == ("Європейський Союз", "ЄС")
    assert small.names("Turkey", "en")["names"] == ("Turkey", "Türkiye")
    assert small.names("Nowhere", "uk") == {}


def test_capitals_of_cldr_are_known_in_every_language(small: Catalogue) -> None:
    """An exemplar city is a capital where its English name is one."""
    assert small.names("Ukraine", "pl")["capitals"] == ("Kijów",)
    assert small.names("Poland", "pl").get("capitals") is None


def test_a_language_without_a_file_has_the_names_of_cldr(small: Catalogue) -> None:
    """Any language of CLDR will do, region and all; another one is refused."""
    assert small.names("Germany", "pt-BR")["names"] == ("Alemanha",)
    with pytest.raises(UnknownNameError, match="unknown language 'xx'"):
        small.language("xx")


@pytest.mark.parametrize(
    ("name", "actors"),
    [
        ("Москві", ["Russia"]),
        ("китайськими", ["China"]),
        ("Європейським Союзом", ["European Union"]),
        ("Kyiv", ["Ukraine"]),
        ("kyiv", ["Ukraine"]),
        ("UA", ["Ukraine"]),
        ("Кореї", ["North Korea", "South Korea"]),
        ("Nobody", []),
        ("Київ і Москва", []),
        ("", []),
    ],
)
def test_names_are_found_in_any_language_and_form(
    small: Catalogue, name: str, actors: list[str]
) -> None:
    """The whole of a name must be one, inflected or not."""
    assert [one.actor for one in small.find(name)] == actors


def test_what_is_found_says_how(small: Catalogue) -> None:
    """The form of the catalogue, its column and whether it has another meaning."""
    (found,) = small.find("ЄС")
    assert found == ("European Union", "uk", "ЄС", "name", True)


@pytest.mark.parametrize(
    ("name", "language", "actor"),
    [
        ("Turkey", None, "Turkey"),
        ("turkey", None, "Turkey"),
        ("TUR", None, "Turkey"),
        ("Côte d'Ivoire", None, "Cote d'Ivoire"),
        ("Москвою", "uk", "Russia"),
        ("Росія", None, "Russia"),
        ("Корея", None, None),
        ("Nobody", None, None),
    ],
)
def test_a_name_stands_for_one_actor(
    small: Catalogue, name: str, language: str | None, actor: str | None
) -> None:
    """A canonical name, a code or any form; nobody where it stands for several."""
    found = small.resolve(name, language)
    assert (found.name if found else None) == actor


def test_the_same_files_are_read_once(folder: Path, tmp_path: Path) -> None:
    """The digest tells catalogues apart."""
    first = read_catalogue(folder=folder)
    assert read_catalogue(folder=folder) is first
    changed = read_catalogue(own(tmp_path, "[NATO]\nremove = true\n"), folder)
    assert changed is not first
    assert changed.digest != first.digest


def test_a_user_adds_actors_and_names(folder: Path, tmp_path: Path) -> None:
    """A new actor is found like those that were known; names are added to those known."""
    content = """
[Macron]
kind = "person"
of = "France"
[Macron.uk]
names = ["Макрон"]
[Russia.uk]
names = ["Московія"]
[France]
iso = ["FR", "FRA"]
"""
    catalogue = read_catalogue(own(tmp_path, content), folder)
    assert catalogue.actors["Macron"].of == "France"
    assert [one.actor for one in catalogue.find("Макроном")] == ["Macron"]
    assert catalogue.names("Russia", "uk")["names"] == ("Росія", "РФ", "росія", "Московія")
    assert catalogue.actors["France"].kind == "state"


def test_a_user_replaces_and_removes(folder: Path, tmp_path: Path) -> None:
    """Former names do not count, for one language or for all, and an actor is not known."""
    content = """
NATO = {remove = true}
[Russia.uk]
replace = true
names = ["Московія"]
[Ukraine]
replace = true
en = {names = ["Ukr"]}
"""
    catalogue = read_catalogue(own(tmp_path, content), folder)
    assert "NATO" not in catalogue.actors
    assert catalogue.find("НАТО") == []
    assert dict(catalogue.names("Russia", "uk")) == {"names": ("Московія",)}
    assert "Росія" not in [one.form for one in catalogue.find("Росія")]
    assert dict(catalogue.names("Ukraine", "uk")) == {}
    assert dict(catalogue.names("Ukraine", "en")) == {"names": ("Ukr",)}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("X = 1\n[X\n\n", r"own.toml: is no TOML: .*line 2"),
        ("[X]\nof = 'France'", r"\[X\]: a new actor needs a kind, such as kind = \"person\""),
        ("[X]\nkind = 'king'", r"X.kind: found 'king', expected one of state, territory"),
        ("[X]\nkind = 'person'\nof = 'Frence'", r"X.of: found 'Frence', expected the English name"),
        ("[X]\nkind = 'person'\nof = 3", "X.of: found 3, expected the name of an actor"),
        ("[Nobody]\nremove = true", r"\[Nobody\]: no such actor to remove"),
        ("[NATO]\nremove = 'yes'", "NATO.remove: found 'yes', expected true or false"),
        ("[NATO.uk]\nnames = 'НАТО'", "NATO.uk.names: found 'НАТО', expected a list of texts"),
        ("[NATO.uk]\nnames = ['']", r"NATO.uk.names: found \[''\], expected a list of texts"),
        ("NATO = 3", "NATO: found 3, expected a table"),
        ("[NATO]\nuk = 3", "NATO.uk: found 3, expected a table"),
        ("[NATO.uk]\nnames = ['a|b']", r"in 'a\|b': a \| stands outside parentheses"),
    ],
)
def test_a_wrong_own_file_is_refused(
    folder: Path, tmp_path: Path, content: str, message: str
) -> None:
    """The message has the file, the key, what was found and what was expected."""
    with pytest.raises(CatalogueError, match=message):
        read_catalogue(own(tmp_path, content), folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[NATO.ukr]\nnames = []", "own.toml: NATO: unknown key 'ukr'; did you mean 'uk'"),
        ("[NATO.uk]\nname = []", "own.toml: NATO.uk: unknown key 'name'; did you mean 'names'"),
    ],
)
def test_a_misspelt_key_is_refused(
    folder: Path, tmp_path: Path, content: str, message: str
) -> None:
    """The closest right key is named."""
    with pytest.raises(UnknownNameError, match=message):
        read_catalogue(own(tmp_path, content), folder)


def test_a_file_that_cannot_be_read_is_named(folder: Path, tmp_path: Path) -> None:
    """A missing file and one that is no text are the user's to mend."""
    with pytest.raises(CatalogueError, match=r"gone.toml: cannot be read \(No such file"):
        read_catalogue(tmp_path / "gone.toml", folder)
    binary = tmp_path / "own.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match=r"own.toml: is no UTF-8 text \(byte 0\)"):
        read_catalogue(binary, folder)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[Ukrain]\n", r"uk.toml: \[Ukrain\]: no actor of this name; did you mean 'Ukraine'"),
        ("[Xyzzy]\n", r"\[Xyzzy\]: no actor of this name; States have their English name"),
        ("[Ukraine]\nnames = ['Dane(s)']", r"'Dane\(s\)' lists no alternatives"),
        ("[common]\nwords = 'Того'", "common.words: found 'Того', expected a list of texts"),
        ("[endings]\nadjectives = [3]", r"endings.adjectives: found \[3\], expected a list"),
    ],
)
def test_a_wrong_file_of_names_is_refused(content: str, message: str) -> None:
    """Errors of those who write the catalogue are as plain."""
    with pytest.raises(CatalogueError, match=message):
        language_names(content.encode(), "uk.toml", "uk", ["Ukraine", "NATO"])


def test_a_wrong_file_of_actors_is_refused() -> None:
    """Kinds and keys are checked."""
    with pytest.raises(CatalogueError, match=r"NATO.kind: found 'club', expected one of"):
        described(b"[NATO]\nkind = 'club'", "actors.toml")
    with pytest.raises(UnknownNameError, match="unknown key 'knd'; did you mean 'kind'"):
        described(b"[NATO]\nknd = 'bloc'", "actors.toml")


def test_alternatives_are_written_out() -> None:
    """Endings of a column are for entries that list none."""
    assert expand("(о|О)стров(|и) A", ["x"]) == (
        "остров A",
        "острови A",
        "Остров A",
        "Острови A",
    )
    assert expand("刚果(金)") == ("刚果(金)",)
    assert expand("rus", ["", "se"]) == ("rus", "russe")


def test_a_missing_package_names_the_extra(
    monkeypatch: pytest.MonkeyPatch, folder: Path, tmp_path: Path
) -> None:
    """CLDR comes with babel."""
    monkeypatch.setitem(sys.modules, "babel.core", None)
    with pytest.raises(MissingExtraError, match=r"'babel'.*stancelab\[articles\]"):
        read_catalogue(own(tmp_path, ""), folder).language("uk")


def test_importing_costs_nothing() -> None:
    """The packages that read texts are imported when the first text is read."""
    code = (
        "import sys, stancelab.actors.mentions\n"
        "print(*({'babel', 'pymorphy3', 'simplemma'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == ""
