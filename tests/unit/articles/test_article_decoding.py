"""What bytes are: encodings by mark, by declaration and by their letters; what is no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.articles.decoding import decode, encoding_of_file, is_utf8, known_encoding
from stancelab.articles.guessing import guess_encoding
from stancelab.articles.problems import ArticleError
from stancelab.errors import MissingExtraError

TEXTS = {
    "uk": "Міністр закордонних справ Китаю заявив, що його країна підтримує переговори.",
    "ru": "Министр иностранных дел Китая заявил, что его страна поддерживает переговоры.",
    "pl": "Minister spraw zagranicznych ogłosił, że Chiny będą wspierać rozmowy z Łotwą.",
    "de": "Der Außenminister erklärte, dass sein Land die Gespräche über die Rüstung stütze.",
    "fr": "Le ministre a déclaré que son pays soutiendra les négociations à Genève.",
    "es": "El ministro declaró que su país apoyará la negociación del año próximo.",
    "tr": "Dışişleri Bakanı, ülkesinin görüşmeleri desteklediğini açıkladı.",
    "ar": "أعلن وزير الخارجية أن بلاده تدعم المفاوضات.",
    "zh": "外交部长表示，中国支持谈判，希望各方保持克制。",
}
LEGACY = [
    ("uk", "cp1251"),
    ("uk", "koi8_u"),
    ("uk", "cp866"),
    ("uk", "iso8859_5"),
    ("ru", "cp1251"),
    ("ru", "koi8_r"),
    ("pl", "cp1250"),
    ("pl", "iso8859_2"),
    ("de", "cp1252"),
    ("fr", "cp1252"),
    ("es", "cp1252"),
    ("tr", "cp1254"),
    ("ar", "cp1256"),
    ("zh", "gb18030"),
    ("zh", "big5"),
]


@pytest.mark.parametrize(("language", "encoding"), LEGACY)
def test_a_text_without_a_mark_is_told_by_its_letters(language: str, encoding: str) -> None:
    data = TEXTS[language].encode(encoding, "ignore")
    assert decode(data, "a.txt").text == data.decode(encoding)


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_mark_tells_and_is_no_part_of_the_text(language: str, encoding: str) -> None:
    assert decode(TEXTS[language].encode(encoding), "a.txt").text == TEXTS[language]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
def test_utf8_is_never_changed(text: str) -> None:
    """Line ends and spaces included, as spans point into what was found."""
    text = "\ufeff".join(text.split("\ufeff")).lstrip("\ufeff") + " \r\nx"
    assert decode(text.encode(), "a.txt").text == text


def test_an_encoding_that_is_named_is_taken_at_its_word() -> None:
    """Both texts are possible, and only the user knows."""
    data = TEXTS["ru"].encode("koi8_r")
    assert decode(data, "a.txt", "KOI8-R").text == TEXTS["ru"]
    assert decode(data, "a.txt", "windows-1251").text != TEXTS["ru"]
    assert decode(b"\xef\xbb\xbfKyiv", "a.txt", "utf-8").text == "Kyiv"
    assert decode("Kyiv".encode("utf-16"), "a.txt", "utf-16").text == "Kyiv"


def test_a_page_says_what_it_is_encoded_in() -> None:
    """Too short for its letters to tell, but it says so."""
    page = '<html><head><meta charset="windows-1251"><title>Ні і так</title>'
    assert decode(page.encode("cp1251"), "a.html").encoding == "cp1251"
    older = '<meta http-equiv=Content-Type content="text/html; charset=koi8-u"><p>Так, ні'
    assert decode(older.encode("koi8_u"), "a.html").text == older
    western = '<meta charset="iso-8859-1"><p>Sí – “no”'
    assert decode(western.encode("cp1252"), "a.html").text == western


def test_a_page_that_was_saved_anew_is_what_it_is_and_not_what_it_says() -> None:
    page = '<meta charset="windows-1251"><p>Україна'
    assert decode(page.encode(), "a.html").text == page
    unknown = '<meta charset="klingon"><p>' + TEXTS["uk"]
    assert decode(unknown.encode("cp1251"), "a.html").text == unknown


def test_a_broken_character_makes_no_other_encoding_of_utf8() -> None:
    data = TEXTS["uk"].encode()
    assert decode(data[:-2] + b"\xd0", "a.txt").text.startswith("Міністр закордонних")
    assert is_utf8(data[1:])
    assert not is_utf8(TEXTS["uk"].encode("cp1251"))


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xff\xfe"])
def test_an_empty_file_is_said_to_be_one(data: bytes) -> None:
    with pytest.raises(ArticleError, match=r"^a.txt: is empty; name a file that holds an article$"):
        decode(data, "a.txt")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", r"byte 8 is 0x00"),
        (b"%PDF-1.7\n1 0 obj", r"0 control characters"),
        (bytes(range(1, 9)) * 20, r"160 control characters"),
        (b"\x80\x81\x8d\x8f\x90\x9d\xff\xfe\xfa" * 9, r"or text in no encoding that is known"),
    ],
)
def test_a_binary_file_is_said_to_be_one(data: bytes, found: str) -> None:
    with pytest.raises(ArticleError, match=rf"^a.bin: is binary.*{found}"):
        decode(data, "a.bin")


def test_a_wrong_name_of_an_encoding_is_said_to_be_wrong() -> None:
    with pytest.raises(ArticleError, match=r"a.txt: is not ascii: byte 0 is 0xd0; name the enc"):
        decode("Київ".encode(), "a.txt", "ascii")
    for name in ("klingon", "utf-7", "unicode_escape", "rot13", "a b\0"):
        with pytest.raises(ArticleError, match=r"is not known; name one such as utf-8 or cp1251"):
            known_encoding(name)


def test_a_table_is_looked_at_in_parts(tmp_path) -> None:
    """The first byte that is not UTF-8 may come late."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"text\n" + b"a\n" * 2**20 + TEXTS["uk"].encode("cp1251"))
    assert encoding_of_file(path) == "cp1251"
    path.write_bytes(b"text\n" + ("й" * 2**20).encode())
    assert encoding_of_file(path) == "utf-8-sig"
    path.write_bytes("text\n".encode("utf-16"))
    assert encoding_of_file(path) == "utf-16"
    assert encoding_of_file(path, "KOI8-U") == "koi8-u"


def test_a_long_line_is_guessed_from_where_its_letters_are() -> None:
    data = b"a " * 2**17 + (TEXTS["uk"] + " ").encode("cp1251") * 2000
    assert guess_encoding(data) == "cp1251"
    assert guess_encoding(("，中国支持谈判" * 20_000 + " ").encode("gb18030")) == "gb18030"


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "charset_normalizer", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'stancelab\[articles\]'"):
        decode(TEXTS["uk"].encode("cp1251"), "a.txt")
