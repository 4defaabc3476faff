"""A small catalogue, and finders for it and for the one that comes with the package."""

from __future__ import annotations

from pathlib import Path

import pytest

from stancelab.actors.catalogue import Catalogue, read_catalogue
from stancelab.actors.mentions import MentionFinder

ACTORS = """\
preferred = ["South Korea"]

[states]
TR = "Turkey"

["European Union"]
kind = "organisation"
[NATO]
kind = "organisation"
["Ministry of Defence of Ukraine"]
kind = "body"
of = "Ukraine"
["Ministry of Defence of Russia"]
kind = "body"
of = "Russia"
"""
UKRAINIAN = """\
[Ukraine]
capitals = ["Київ"]
adjectives = ["український"]
peoples = ["українець"]

[Russia]
names = ["РФ", "росія"]
capitals = ["Москва"]
adjectives = ["російський"]
peoples = ["росіянин"]

[China]
names = ["КНР"]
adjectives = ["китайський"]

[Poland]
adjectives = ["польський"]
peoples = ["поляк"]

["North Korea"]
names = ["Корея", "КНДР"]

["South Korea"]
names = ["Корея"]
capitals = ["Сеул"]

[NATO]
names = ["НАТО"]

["European Union"]
names = ["ЄС"]

["Ministry of Defence of Ukraine"]
names = ["Міноборони"]

["Ministry of Defence of Russia"]
names = ["Міноборони РФ", "Міноборони"]

[ambiguous]
"ЄС" = "a party, too"
"Корея" = "either of two"
"Міноборони" = "of any state"

[common]
words = ["Того", "Нова Гвінея"]
"""
ENGLISH = """\
[Ukraine]
capitals = ["Kyiv"]
adjectives = ["Ukrainian"]
peoples = ["Ukrainian(|s)"]

[Turkey]
names = ["Turkey"]
adjectives = ["Turkish"]
"""


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Files of a small catalogue."""
    made = tmp_path_factory.mktemp("catalogue")
    contents = {"actors": ACTORS, "uk": UKRAINIAN, "en": ENGLISH}
    for name, content in contents.items():
        (made / f"{name}.toml").write_text(content, encoding="utf-8")
    return made


@pytest.fixture(scope="session")
def small(folder: Path) -> Catalogue:
    """The small catalogue."""
    return read_catalogue(folder=folder)


@pytest.fixture(scope="session")
def small_finder(small: Catalogue) -> MentionFinder:
    """A finder for the small catalogue."""
    return MentionFinder(small)


@pytest.fixture(scope="session")
def finder() -> MentionFinder:
    """A finder for the catalogue of the package."""
    return MentionFinder(read_catalogue())
