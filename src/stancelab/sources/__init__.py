"""Who speaks or acts in a sentence, by rules for Ukrainian, English and Russian."""

from stancelab.sources.finding import find_sources, has_speech, leading, supported_languages
from stancelab.sources.owning import owners
from stancelab.sources.persons import Persons
from stancelab.sources.source import Source

__all__ = [
    "Persons",
    "Source",
    "find_sources",
    "has_speech",
    "leading",
    "owners",
    "supported_languages",
]
