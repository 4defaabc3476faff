"""The forms of names in Ukrainian and Russian, by pymorphy3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stancelab.bias.genders import GENDERS
from stancelab.morphology import analyzer

Slot = frozenset[str]
"""Case and number; of adjectives also gender, and whether it is said of what lives."""

_ADDRESSED = "voct"
_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct", _ADDRESSED)
_SECOND = {"gen1": "gent", "gen2": "gent", "acc2": "accs", "loc1": "loct", "loc2": "loct"}
_PERSONS = {"Name", "Surn", "Patr", "Init"}
_RARE = {"V-oy", "V-ey", "Arch", "Dist", "Erro"}
_LIVING = {"name": "inan", "capital": "inan", "people": "anim"}


@dataclass(frozen=True, slots=True, eq=False)
class Paradigm:
    """The forms of a name, for each of the words that it can be read as.

    Attributes
    ----------
    gender : str
        masc, femn, neut, or plur; "" of adjectives.
    readings : tuple of mapping of Slot to tuple of str
        The forms of a slot, the usual one first; letters are small.
    """

    gender: str
    readings: tuple[Mapping[Slot, tuple[str, ...]], ...]

    def slots_of(self, word: str) -> frozenset[Slot]:
        """Give the cases and numbers of which a word can be the form.

        That of addressing somebody ("Болгаріє!") counts where it can be no other.
        """
        found = {slot for reading in self.readings for slot, own in reading.items() if word in own}
        return frozenset({one for one in found if _ADDRESSED not in one} or found)

    def form_in(self, slots: frozenset[Slot], ending: str) -> str | None:
        """Give the one form for all slots, one that ends in the same letter if there are more."""
        ordered = sorted(slots, key=sorted)
        cells = [reading.get(slot, ()) for reading in self.readings for slot in ordered]
        common = [form for form in cells[0] if all(form in cell for cell in cells)] if cells else []
        return min(common, key=lambda form: not form.endswith(ending)) if common else None


class Inflector:
    """Reads names of a language in their first form, and keeps what it read.

    Parameters
    ----------
    language : {"uk", "ru"}
        Language of the names.

    Raises
    ------
    MissingExtraError
        pymorphy3 or its dictionary is missing.

    Examples
    --------
    >>> china = Inflector("uk").paradigm("Китай", "name")
    >>> china.gender, china.form_in(china.slots_of("китаєм"), "м")
    ('masc', 'китаєм')
    """

    def __init__(self, language: str) -> None:
        self._analyzer = analyzer(language)
        self._language = language
        self._known: dict[tuple[str, str], Paradigm | None] = {}

    def paradigm(self, entry: str, how: str) -> Paradigm | None:
        """Give the forms of a name; None where they or its gender are not known.

        Parameters
        ----------
        entry : str
            The name.
        how : {"name", "capital", "adjective", "people"}
            What kind of word it is.
        """
        key = entry, how
        if key not in self._known:
            self._known[key] = self._read(entry, how)
        return self._known[key]

    def _read(self, entry: str, how: str) -> Paradigm | None:
        if not plain(entry).replace("'", "").isalpha():
            return None
        if entry.isupper() and (gender := GENDERS[self._language].get(entry)):
            number = "plur" if gender == "plur" else "sing"
            same = {frozenset((case, number)): (entry.lower(),) for case in _CASES}
            return Paradigm(gender, (same,))
        readings = list(self._readings(entry, how))
        if entry.isupper() and any("Fixd" in str(one.tag) for one in readings):
            return None  # an abbreviation whose gender nobody listed
        genders = {"" if how == "adjective" else _gender(one) for one in readings}
        if len(genders) != 1:
            return None
        gender = genders.pop()
        number = {"people": "", "adjective": ""}.get(how, "plur" if gender == "plur" else "sing")
        forms = [_forms(one, how, number) for one in readings]
        return Paradigm(gender, tuple(one for at, one in enumerate(forms) if one not in forms[:at]))

    def _readings(self, entry: str, how: str) -> Iterator[Any]:
        """Give the words of the dictionary that a name can be, in their first form."""
        if not self._analyzer.word_is_known(_dictionary(entry)):
            return
        wanted = "ADJF" if how == "adjective" else "NOUN"
        for reading in self._analyzer.parse(_dictionary(entry)):
            tag = reading.tag
            living = how == "adjective" or _LIVING[how] in tag
            first = "nomn" in tag and plain(reading.normal_form) == plain(entry)
            if first and wanted == tag.POS and living and not _PERSONS & set(tag.grammemes):
                yield reading


def _gender(reading: Any) -> str:
    grammemes = reading.tag.grammemes
    return "plur" if grammemes & {"Pltm", "GNdr"} else str(reading.tag.gender or "")


def _forms(reading: Any, how: str, number: str) -> Mapping[Slot, tuple[str, ...]]:
    """Give the forms of a word by slot; rare ones stand last."""
    found: dict[Slot, list[str]] = {}
    for rare in (False, True):
        for one in reading.lexeme:
            slot = _slot(one.tag, how)
            if slot is None or _is_rare(one.tag) != rare or (number and number not in slot):
                continue
            cell = found.setdefault(slot, [])
            if (word := plain(one.word)) not in cell:
                cell.append(word)
    return {slot: tuple(cell) for slot, cell in found.items()}


def _is_rare(tag: Any) -> bool:
    return bool(tag.grammemes & (_RARE | set(_SECOND)))


def _slot(tag: Any, how: str) -> Slot | None:
    """Give the slot of a form; None for one that has no case."""
    grammemes = tag.grammemes
    case = next((_SECOND.get(one, one) for one in grammemes if one in {*_CASES, *_SECOND}), None)
    if case is None or (how == "adjective" and tag.POS != "ADJF"):
        return None
    number = "plur" if "plur" in grammemes or "Pltm" in grammemes else "sing"
    more = grammemes & {"masc", "femn", "neut", "anim", "inan"} if how == "adjective" else ()
    return frozenset((case, number, *more))


def plain(word: str) -> str:
    """Give a word in small letters, with the apostrophe of the dictionary and without ё."""
    return _dictionary(word).lower().replace("ё", "е")


def _dictionary(word: str) -> str:
    return word.replace("’", "'").replace("ʼ", "'")
