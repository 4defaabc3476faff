"""The catalogue that comes with the package: complete, and each of its names found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest

from stancelab.actors.catalogue import Catalogue, read_catalogue
from stancelab.actors.language import language_reader
from stancelab.actors.normalising import normalise
from stancelab.actors.notation import expand
from stancelab.actors.records import LANGUAGES

CITIES = {"Djibouti", "Monaco", "San Marino", "Singapore", "Holy See"}
"""States that are called like their capital, or are one."""

UNNAMED_CAPITALS = {"Seychelles", "Sao Tome and Principe"}
"""Whose capitals, Victoria and Sao Tome, are mostly other names."""

NO_PEOPLE = {"Dominica", "Holy See", "Saint Kitts and Nevis", "Saint Vincent and Grenadines"}
"""Whose adjectives are not in use, or are those of another state."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    """The catalogue of the package."""
    return read_catalogue()


def forms(catalogue: Catalogue, language: str) -> Iterator[tuple[str, str, str, str]]:
    """Give actor, column, entry and form of all names in a language."""
    names = catalogue.language(language)
    for actor, columns in names.names.items():
        for column, entries in columns.items():
            endings = names.endings.get(column, ()) if column != "prefixes" else ()
            for entry in entries:
                for form in expand(entry, endings):
                    yield actor, column, entry, form


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_has_its_names(catalogue: Catalogue, language: str) -> None:
    """A capital, and an adjective or a people; Chinese uses the name itself."""
    for actor, one in catalogue.actors.items():
        names = catalogue.names(actor, language)
        assert names.get("names"), actor
        if one.kind != "state":
            continue
        assert "capitals" in names or actor in CITIES | UNNAMED_CAPITALS, actor
        described = "adjectives" in names or "peoples" in names
        assert described or language == "zh" or actor in NO_PEOPLE, actor


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_is_found(catalogue: Catalogue, language: str) -> None:
    """The matcher finds a name that stands alone as what it is in the catalogue."""
    matcher = language_reader(catalogue, language).matcher
    for actor, column, _, form in forms(catalogue, language):
        if column == "prefixes":
            continue
        clean = normalise(form).text
        hits = matcher.scan(clean).hits
        covered = [hit for hit in hits if hit.end - hit.start >= len(clean.strip(".")) - 1]
        known = {one.actor for hit in covered for one in hit.forms}
        assert actor in known, f"{actor}: {form}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_ambiguous_is_known_and_what_is_shared_is_ambiguous(
    catalogue: Catalogue, language: str
) -> None:
    """A form of two actors is a trap, and a trap is a form."""
    ambiguous = catalogue.language(language).ambiguous
    marked = {form for entry in ambiguous for form in (entry, *expand(entry))}
    known, actors = set(), defaultdict(set)
    for actor, column, entry, form in forms(catalogue, language):
        known |= {entry, form}
        if column != "prefixes" and entry not in marked:
            actors[form].add(actor)
    assert set(ambiguous) <= known
    shared = {form: who for form, who in actors.items() if len(who) > 1 and form not in marked}
    assert not shared


def test_those_that_are_preferred_are_known(catalogue: Catalogue) -> None:
    """The list names actors, and owners are states or organisations."""
    assert set(catalogue.preferred) <= set(catalogue.actors)
    assert {one.of for one in catalogue.actors.values()} - {""} <= set(catalogue.actors)


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_names_of_states_are_found_in_all_their_cases(catalogue: Catalogue, language: str) -> None:
    """Genitive, dative and instrumental of what ends like most names do."""
    endings = {
        "ія": ("ії", "ію", "ією"),
        "ия": ("ии", "ию", "ией"),
        "стан": ("стану", "станом") if language == "uk" else ("стана", "стану", "станом"),
    }
    reader = language_reader(catalogue, language)
    tried = 0
    for actor in catalogue.actors:
        for name in catalogue.names(actor, language).get("names", ()):
            for ending, cases in endings.items():
                if name.endswith(ending) and name[0].isupper() and name.isalpha():
                    found = {name.removesuffix(ending) + case for case in cases}
                    tried += len(found)
                    for form in found:
                        _, hits = reader.scan(form)
                        assert [hit.forms[0].actor for hit in hits] == [actor], form
    assert tried > 100
