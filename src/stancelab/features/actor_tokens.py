"""A statement and its actor as tokens of an encoder: marked in the text, beside it, or both."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar

from stancelab.features.words import Span
from stancelab.schema import NO_SPAN

if TYPE_CHECKING:
    import pyarrow as pa
    from tokenizers import Encoding, Tokenizer

Format = Literal["mark", "pair", "mark_pair"]
"""Marker tokens around the mention, text and actor as a pair, or both."""

ACTOR_MARKERS = ("<actor>", "</actor>")
SOURCE_MARKER = "<source>"
_MASKS = ("<mask>", "[MASK]")
_T = TypeVar("_T")
_NAME_TOKENS = 48
"""The most that a name may take, in a short input a quarter of it: longer names are cut."""


@dataclass(frozen=True, slots=True)
class InputSettings:
    """How a statement and its actor are shown to an encoder.

    Attributes
    ----------
    format : {"mark", "pair", "mark_pair"}
        A statement in which the actor is not named is always shown as a pair.
    source : bool
        Whether the one who speaks is named after the actor.
    max_tokens : int
        Length of an input; a longer text keeps the window around the mention.
    """

    format: Format = "mark_pair"
    source: bool = False
    max_tokens: int = 192

    def to_dict(self) -> dict[str, Any]:
        """Give the settings as JSON can hold them."""
        return asdict(self)


class Query(NamedTuple):
    """One row as it is asked: the text, the actor's name, where it is named, and who speaks."""

    text: str
    name: str
    start: int
    end: int
    source: str

    @property
    def named(self) -> bool:
        """Whether the actor is named in the text."""
        return self.start != NO_SPAN


class Tokens(NamedTuple):
    """One input.

    Attributes
    ----------
    ids : list of int
        Token ids, special tokens included.
    types : list of int
        Token types (0 and 1), for encoders that have them.
    actor : list of int
        1 on the tokens of the mention, or of the name where the text has none.
    windowed : bool
        Whether some of the text was left out.
    """

    ids: list[int]
    types: list[int]
    actor: list[int]
    windowed: bool


class _Piece(NamedTuple):
    """Tokens of a text, which of them are the mention (end exclusive), and where each stands."""

    ids: list[int]
    first: int
    last: int
    spans: list[Span]
    windowed: bool = False

    def marked(self, values: list[_T], opening: _T, closing: _T) -> list[_T]:
        """Put something before and after the mention among values of the tokens."""
        inner = [opening, *values[self.first : self.last], closing]
        return [*values[: self.first], *inner, *values[self.last :]]


class _Shown(NamedTuple):
    """What is shown of a query: the text in its window, marked or not, and what stands beside."""

    piece: _Piece
    marked: bool
    second: list[tuple[int, int]]
    ends: list[list[tuple[int, int]]]


def queries(table: pa.Table) -> list[Query]:
    """Give each row as it is asked: under its mention where it has one, else as asked for."""
    columns = ("text", "actor", "mention_start", "mention_end", "source")
    rows = zip(*(table.column(name).to_pylist() for name in columns), strict=True)
    return [
        Query(text, text[start:end] if start != NO_SPAN else actor, start, end, source)
        for text, actor, start, end, source in rows
    ]


class ActorTokenizer:
    """Turns queries into tokens, for whatever special tokens an encoder has.

    Parameters
    ----------
    tokenizer : tokenizers.Tokenizer
        The encoder's; the marker tokens are added to it.
    settings : InputSettings
        What is shown.

    Attributes
    ----------
    single, pair : list of list of (int, int)
        The special tokens before, between and after one text or two, each with its type.
    """

    def __init__(self, tokenizer: Tokenizer, settings: InputSettings) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        tokenizer.add_special_tokens([*ACTOR_MARKERS, SOURCE_MARKER])
        tokenizer.encode_special_tokens = True  # a text that spells a marker has none
        self.tokenizer, self.settings = tokenizer, settings
        vocabulary = tokenizer.get_added_tokens_decoder().items()
        ids = {token.content: number for number, token in vocabulary}
        self.marker_ids = [ids[marker] for marker in (*ACTOR_MARKERS, SOURCE_MARKER)]
        self.single = _ends(tokenizer.encode("a"), 1)
        self.pair = _ends(tokenizer.encode("a", "a"), 2)

    @property
    def special_ids(self) -> list[int]:
        """List every token id that an input can have besides its words."""
        ends = [token for part in (*self.single, *self.pair) for token, _ in part]
        return sorted({*ends, *self.marker_ids})

    @property
    def longest_name(self) -> int:
        """Tokens that a name may take."""
        return min(_NAME_TOKENS, self.settings.max_tokens // 4)

    @property
    def mask_id(self) -> int | None:
        """The id of the token that stands for a masked word, where the tokenizer has one."""
        found = (self.tokenizer.token_to_id(token) for token in _MASKS)
        return next((number for number in found if number is not None), None)

    def encode(self, asked: Sequence[Query]) -> list[Tokens]:
        """Turn queries into tokens; each distinct text is cut into tokens once."""
        words = self._words(piece for one in asked for piece in (one.text, one.name, one.source))
        return [self._encode(one, words) for one in asked]

    def trace(self, asked: Sequence[Query]) -> list[list[Span | None]]:
        """Say where in the text each token of `encode` stands.

        A token of the actor's name beside the text stands where the text has that name; markers,
        special tokens, who speaks, and a name that the text does not have stand nowhere.
        """
        words = self._words(piece for one in asked for piece in (one.text, one.name, one.source))
        return [_places(one, self._shown(one, words)) for one in asked]

    def _words(self, texts: Iterable[str]) -> dict[str, Encoding]:
        distinct = list(dict.fromkeys(texts))
        found = self.tokenizer.encode_batch(distinct, add_special_tokens=False)
        return dict(zip(distinct, found, strict=True))

    def _encode(self, asked: Query, words: dict[str, Encoding]) -> Tokens:
        piece, marked, second, ends = self._shown(asked, words)
        flags = [int(piece.first <= at < piece.last) for at in range(len(piece.ids))]
        first = list(zip(piece.ids, flags, strict=True))
        if marked:
            opening, closing, _ = self.marker_ids
            first = piece.marked(first, (opening, 0), (closing, 0))
        if asked.named:
            second = [(token, 0) for token, _ in second]
        made = list(_join(ends, [first, second] if second else [first]))
        ids, types, actor = (list(column) for column in zip(*made, strict=True))
        return Tokens(ids, types, actor, piece.windowed)

    def _shown(self, asked: Query, words: dict[str, Encoding]) -> _Shown:
        marked = asked.named and self.settings.format != "pair"
        second = self._second(asked, words)
        ends = self.pair if second else self.single
        room = self.settings.max_tokens - sum(map(len, ends)) - len(second) - 2 * marked
        piece = _window(self._text(asked, words[asked.text]), max(room, 1))
        return _Shown(piece, marked, second, ends)

    def _second(self, asked: Query, words: dict[str, Encoding]) -> list[tuple[int, int]]:
        """Give the tokens of the actor's name, and of who speaks, as far as they are shown."""
        most = self.longest_name
        hidden = asked.named and self.settings.format == "mark"
        name = [] if hidden else [(token, 1) for token in words[asked.name].ids[:most]]
        if not (self.settings.source and asked.source):
            return name
        source = words[asked.source].ids[:most]
        return [*name, (self.marker_ids[2], 0), *((token, 0) for token in source)]

    def _text(self, asked: Query, found: Encoding) -> _Piece:
        """Give the text's tokens; a token that only partly is the mention is cut at its edge."""
        if not asked.named:
            return _Piece(found.ids, 0, 0, found.offsets)
        text, start, end = asked.text, asked.start, asked.end
        inside, cut, spans = [], False, found.offsets
        for at, (low, high) in enumerate(spans):
            while low < high and text[low].isspace():
                low += 1
            if low < end and high > start:
                inside.append(at)
                cut = cut or low < start or high > end
        if inside and not cut:
            return _Piece(found.ids, inside[0], inside[-1] + 1, spans)
        texts = [text[:start], text[start:end], text[end:]]
        parts = self.tokenizer.encode_batch(texts, add_special_tokens=False)
        left, mention, right = (part.ids for part in parts)
        spans = [
            (low + offset, high + offset)
            for part, offset in zip(parts, (0, start, end), strict=True)
            for low, high in part.offsets
        ]
        return _Piece(left + mention + right, len(left), len(left) + len(mention), spans)


def _places(asked: Query, shown: _Shown) -> list[Span | None]:
    """Say where in the text each token of a query stands, None for nowhere."""
    piece, marked, second, ends = shown
    places: list[Span | None] = list(piece.spans)
    if marked:
        places = piece.marked(places, None, None)
    places = [*[None] * len(ends[0]), *places, *[None] * len(ends[1])]
    if second:
        own = (asked.start, asked.end) if asked.named else None
        places += [own if is_name else None for _, is_name in second]
        places += [None] * len(ends[2])
    return places


def _ends(found: Encoding, texts: int) -> list[list[tuple[int, int]]]:
    """Give the special tokens with their types before, between and after the texts."""
    ends: list[list[tuple[int, int]]] = [[] for _ in range(texts + 1)]
    done = 0
    tokens = zip(found.ids, found.type_ids, found.sequence_ids, strict=True)
    for token, kind, sequence in tokens:
        if sequence is None:
            ends[done].append((token, kind))
        else:
            done = sequence + 1
    return ends


def _window(piece: _Piece, room: int) -> _Piece:
    """Keep ``room`` tokens around the mention, as many on each side as there are."""
    ids, first, last, spans, _ = piece
    if len(ids) <= room:
        return piece
    last = min(last, first + room)
    spare = room - (last - first)
    left = min(first, max(spare // 2, spare - (len(ids) - last)))
    start = first - left
    kept = slice(start, start + room)
    return _Piece(ids[kept], left, left + last - first, spans[kept], True)


def _join(
    ends: list[list[tuple[int, int]]], texts: list[list[tuple[int, int]]]
) -> Iterator[tuple[int, int, int]]:
    """Put the texts between their special tokens, as (token, type, whether it is the actor)."""
    for at, special in enumerate(ends):
        yield from ((token, kind, 0) for token, kind in special)
        if at < len(texts):
            kind = at if _has_types(ends) else 0
            yield from ((token, kind, flag) for token, flag in texts[at])


def _has_types(ends: list[list[tuple[int, int]]]) -> bool:
    return any(kind for part in ends for _, kind in part)
