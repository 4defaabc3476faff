"""A sentence with one word for all that is quoted together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from stancelab.sources.tokens import Quote, Token, quotes_of, tokenise, unbracketed
from stancelab.sources.words import NAME, QUOTE, Word

DASHES = frozenset("—–-")


def condensed(
    text: str, readings: Mapping[str, Word], inside: str
) -> tuple[list[Token], list[Word], str]:
    """Cut a sentence into words, with one word for all that is quoted together."""
    tokens = unbracketed(tokenise(text))
    quotes, inside = quotes_of(text, tokens, inside)
    words = [readings[token.text] for token in tokens]
    if not quotes:
        return tokens, words, inside
    kept_tokens: list[Token] = []
    kept_words: list[Word] = []
    at = 0
    for quote in quotes:
        kept_tokens += tokens[at : quote.first]
        kept_words += words[at : quote.first]
        is_name = _is_name(words, quote)
        for first, last, quoted in _parts(words, quote):
            if quoted:
                span = tokens[first].start, tokens[last - 1].end
                kept_tokens.append(Token(text[span[0] : span[1]], *span))
                kept_words.append(NAME if is_name else QUOTE)
            else:
                kept_tokens += tokens[first:last]
                kept_words += words[first:last]
        at = quote.last
    return kept_tokens + tokens[at:], kept_words + words[at:], inside


def _is_name(words: Sequence[Word], quote: Quote) -> bool:
    """Say whether what is quoted is a name: "станція «Аккую»"."""
    content = words[quote.first + 1 : quote.last - 1]
    if not (quote.opened and quote.closed and 0 < len(content) <= 4):
        return False
    if "capital" not in content[0].flags or any(
        word.verb or (word.flags & {"mark"} and word.text not in "-+") for word in content
    ):
        return False
    if quote.first > 0 and (words[quote.first - 1].noun or words[quote.first - 1].says):
        return True
    after = words[quote.last] if quote.last < len(words) else None
    return after is not None and "mark" not in after.flags


def _parts(words: Sequence[Word], quote: Quote) -> Iterator[tuple[int, int, bool]]:
    """Cut out what the author says inside a quotation: "«…, — сказав речник. — …»"."""
    first = at = quote.first
    while at + 2 < quote.last:
        if (
            words[at].text in ",!?…"
            and words[at + 1].text in DASHES
            and _says_next(words, at + 2, quote.last)
        ):
            end = at + 3
            while end < quote.last and words[end].text not in DASHES:
                end += 1
            if end < quote.last or not quote.closed:
                yield first, at, True
                yield at, min(end, quote.last), False
                first = at = min(end + 1, quote.last)
                continue
        at += 1
    if first < quote.last:
        yield first, quote.last, True


def _says_next(words: Sequence[Word], at: int, end: int) -> bool:
    return any(word.says and word.verb for word in words[at : min(at + 2, end)])
