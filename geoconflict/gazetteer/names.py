"""How names are compared: normal form, article-less form, type words, consonant skeleton.

Everything in the project that asks whether two spellings may be one name goes through this file, so that the index
and the text are folded alike. All functions are pure and take any script; Latin and Arabic script get most care.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ARABIC = re.compile(r"[\u0600-\u06ff]")
"""Matches a character of Arabic script (Arabic, Persian, Sorani Kurdish, Urdu)."""

# Apostrophes, signs of ayn and hamza, dots, soft hyphen, tatweel, zero-width and bidirectional controls: dropped.
_DROPPED = dict.fromkeys(
    [
        *map(ord, "'’‘`´ʹʻʼʽʾʿ.ـ"),
        0x00AD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
)
# Letters that Unicode does not decompose, and the Arabic letters writers interchange.
_FOLDED = str.maketrans(
    {
        "ı": "i",
        "ß": "ss",
        "ø": "o",
        "Ø": "o",
        "đ": "d",
        "Đ": "d",
        "ł": "l",
        "Ł": "l",
        "æ": "ae",
        "Æ": "ae",
        "œ": "oe",
        "Œ": "oe",
        "þ": "th",
        "Þ": "th",
        "ð": "d",
        "Ð": "d",
        "ə": "a",
        "Ə": "a",
        "&": " and ",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ک": "ك",
        "ة": "ه",
        "ە": "ه",
        "ۆ": "و",
        "ؤ": "و",
        "ئ": "ي",
        "ء": None,
    }
)
_CLEANED = {**_FOLDED, **_DROPPED}
_MARK = re.compile(  # combining marks of Latin, Greek and Cyrillic, Hebrew and Arabic; vowels of Indic scripts stay
    r"[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+",
)
_NOT_WORD = re.compile(r"[^\w]+|_+")
_SHORT_FORM = {"saint": "st", "sainte": "ste", "mount": "mt", "fort": "ft"}

_ARTICLES = frozenset(
    {
        "al",
        "el",
        "ar",
        "as",
        "ash",
        "at",
        "an",
        "ad",
        "adh",
        "az",
        "ath",
        "ul",
        "ez",
        "es",
        "esh",
        "er",
        "ed",
        "et",
        "en",
        "the",
        "le",
        "il",
    }
)

TYPE_WORDS: dict[str, str] = {
    "governorate": "admin1",
    "province": "admin1",
    "oblast": "admin1",
    "muhafazat": "admin1",
    "muhafazah": "admin1",
    "wilayah": "admin1",
    "wilaya": "admin1",
    "ostan": "admin1",
    "state": "admin1",
    "region": "area",
    "area": "area",
    "countryside": "area",
    "district": "admin2",
    "raion": "admin2",
    "rayon": "admin2",
    "county": "area",
    "qada": "admin2",
    "mintaqat": "admin2",
    "subdistrict": "admin3",
    "nahiyat": "admin3",
    "nahiya": "admin3",
    "municipality": "area",
    "city": "city",
    "town": "city",
    "village": "city",
    "hamlet": "city",
    "settlement": "city",
    "suburb": "city",
    "neighborhood": "neighbourhood",
    "neighbourhood": "neighbourhood",
    "quarter": "neighbourhood",
    "camp": "camp",
    "idp": "camp",
    "refugee": "camp",
    "airport": "airport",
    "airbase": "base",
    "crossing": "crossing",
    "محافظه": "admin1",
    "ولايه": "admin1",
    "اقليم": "area",
    "منطقه": "area",
    "ريف": "area",
    "قضا": "admin2",
    "ناحيه": "admin3",
    "مدينه": "city",
    "بلده": "city",
    "قريه": "city",
    "ضاحيه": "city",
    "حي": "neighbourhood",
    "مخيم": "camp",
    "مطار": "airport",
    "معبر": "crossing",
}
"""Type words in normal form, and what they say the place is: a kind, "city" for any settlement, "area" for any area."""

_CONNECTORS = frozenset({"of", "the"})

# Latin digraphs that stand for one Arabic or Cyrillic consonant, longest first; then letters that transliterations
# interchange (q/k/c, j/g, v/f, p/b, x/kh/h). Vowels and the half vowels w and y say nothing across spellings.
_DIGRAPHS = (
    ("tsch", "S"),
    ("sch", "S"),
    ("sh", "S"),
    ("ch", "S"),
    ("kh", "H"),
    ("gh", "J"),
    ("dh", "d"),
    ("th", "t"),
    ("ph", "f"),
    ("zh", "J"),
    ("dj", "J"),
    ("ck", "K"),
)
_CONSONANTS = str.maketrans(
    {
        "q": "K",
        "c": "K",
        "k": "K",
        "g": "J",
        "j": "J",
        "x": "H",
        "h": "H",
        "v": "f",
        "p": "b",
        "w": None,
        "y": None,
        "a": None,
        "e": None,
        "i": None,
        "o": None,
        "u": None,
        "ب": "b",
        "پ": "b",
        "ت": "t",
        "ث": "t",
        "ج": "J",
        "چ": "S",
        "ح": "H",
        "خ": "H",
        "د": "d",
        "ذ": "d",
        "ر": "r",
        "ڕ": "r",
        "ز": "z",
        "ژ": "J",
        "س": "s",
        "ش": "S",
        "ص": "s",
        "ض": "d",
        "ط": "t",
        "ظ": "z",
        "غ": "J",
        "ف": "f",
        "ڤ": "f",
        "ق": "K",
        "ك": "K",
        "گ": "J",
        "ل": "l",
        "ڵ": "l",
        "م": "m",
        "ن": "n",
        "ه": "H",
        "ا": None,
        "و": None,
        "ي": None,
        "ع": None,
        "б": "b",
        "в": "f",
        "г": "H",
        "ґ": "J",
        "д": "d",
        "ж": "J",
        "з": "z",
        "к": "K",
        "л": "l",
        "м": "m",
        "н": "n",
        "п": "b",
        "р": "r",
        "с": "s",
        "т": "t",
        "ф": "f",
        "х": "H",
        "ц": "ts",
        "ч": "S",
        "ш": "S",
        "щ": "S",
        **dict.fromkeys("аеєиіоуюяыэёьъў"),
    }
)

_SILENT_H = re.compile(r"(?<=[aeiou])h$|(?<=.)ه$|(?<=[аеиіоу])г$")
_REPEATED = re.compile(r"(.)\1+")
_VOWEL_RUN = re.compile("[aeiouyw]{2,}")
_VOWELS = (
    (re.compile(r"(?:ei|ey|ai|ay)(?![aeiou])"), "ai"),
    (re.compile(r"ee|ii|ie|iy(?![aeiou])"), "i"),
    (re.compile(r"oo|ou|uu|uw(?![aeiou])|ow(?![aeiou])"), "u"),
    (re.compile(r"aa|ae"), "a"),
)
_LETTERS: dict[int, str | None] = {
    **_CONSONANTS,
    **dict.fromkeys(map(ord, "hهгґ"), "h"),  # "Sabhah" and "Sabkhah" are two villages
    **dict.fromkeys(map(ord, "aeаеэا"), "a"),
    **dict.fromkeys(map(ord, "iyиіыي"), "i"),
    **dict.fromkeys(map(ord, "ouwоуўو"), "u"),
    **dict.fromkeys(map(ord, "яє"), "ia"),
    **dict.fromkeys(map(ord, "юё"), "iu"),
}

# First words that many names share, as the press spells them. What follows is the name.
_HEADS = {
    written: head
    for head, spellings in {
        "tall": "tall tell tal tel til tepe",
        "kafr": "kafr kafar kafer kefer kafir kfar kfer",
        "dayr": "dayr deir dair deyr der dir",
        "umm": "umm um oum om",
        "jabal": "jabal jebel jabel jbel djebel djebal gebel gabal cebel",
        "wadi": "wadi wady ouadi oued wad",
        "ayn": "ayn ain ein eyn aain",
        "bayt": "bayt beit bait beyt bet",
        "khan": "khan han xan",
        "khirbat": "khirbat khirbet khirba khirbah khirbeh kherbet kharbet hirbet xirbet",
        "abu": "abu abou abo ebu bu bou",
        "bir": "bir beer bi bier",
        "qalat": "qalat qalaat kalat kalaat qala",
        "qasr": "qasr kasr gasr",
        "burj": "burj borj bordj",
        "ras": "ras raas",
        "suq": "suq souq souk suk",
    }.items()
    for written in spellings.split()
}

# Conjunctions, prepositions and the article that Arabic writes as part of the word: "wa-bi-l-", "wa-l-", "bi-l-" ...
_PREFIXES = ("وبال", "وال", "بال", "فال", "كال", "ولل", "لل", "وب", "ب", "ل", "و", "ف", "ك")
_SHORTEST_STEM = 3


def normal_form(name: str) -> str:
    """Return `norm(name)` without remembering it: for passes over a million names."""
    text = name.translate(_CLEANED)
    if not text.isascii():
        text = _MARK.sub("", unicodedata.normalize("NFKD", text)).lower().translate(_FOLDED)
        text = _MARK.sub("", unicodedata.normalize("NFKC", text))
    else:
        text = text.lower()
    return " ".join(_SHORT_FORM.get(word, word) for word in _NOT_WORD.sub(" ", text).split())


@lru_cache(100_000)
def norm(name: str) -> str:
    """Return the normal form under which the gazetteer knows a name.

    Lower case; accents, apostrophes, dots and invisible controls removed; hyphens and other signs are spaces; Saint,
    Mount and Fort shortened; Arabic alef, ya, kaf, ta marbuta and hamza folded, vowel signs and tatweel removed.
    Applying it twice changes nothing.
    """
    return normal_form(name)


def bare(name: str) -> str:
    """Return the normal form without articles ("al-", "ash-", "the", Arabic "ال"); the last word always stays."""
    return bare_form(norm(name))


def bare_form(key: str) -> str:
    """Return a normal form without its articles."""
    words = key.split()
    if ARABIC.search(key):
        return " ".join(word[2:] if word.startswith("ال") and len(word) > 4 else word for word in words)
    return " ".join(word for place, word in enumerate(words, start=1) if place == len(words) or word not in _ARTICLES)


def split_type(name: str) -> tuple[str, str]:
    """Return the normal form without type words at either end, and what they say the place is ("" without any).

    "Aleppo Governorate" gives ("aleppo", "admin1"), "مدينة إدلب" gives ("ادلب", "city"). A name made of type words only
    stays whole.
    """
    return untyped_form(norm(name))


def strip_type(name: str) -> str:
    """Return the normal form without type words ("Governorate", "town", "محافظة") at either end."""
    return untyped_form(norm(name))[0]


def untyped_form(key: str) -> tuple[str, str]:
    """Return a normal form without its type words, and what they say; see `split_type`."""
    words = key.split()
    kind, start, end = "", 0, len(words)
    while start < end and (words[start] in TYPE_WORDS or (start and words[start] in _CONNECTORS)):
        kind = kind or TYPE_WORDS.get(words[start], "")
        start += 1
    while end > start and words[end - 1] in TYPE_WORDS:
        kind = kind or TYPE_WORDS[words[end - 1]]
        end -= 1
    return (" ".join(words[start:end]), kind) if start < end else (key, "")


@lru_cache(100_000)
def skeleton(name: str) -> str:
    """Return the consonants of a name, transliteration variants merged; "" for scripts other than Latin and Arabic.

    Articles are left out, so "Kafr Takharim", "Kafer Tekhareem" and "كفر تخاريم" all give "KfrtHrm". Short skeletons
    are shared by many names: compare `spelling` as well.
    """
    return consonants(bare(name))


def consonants(key: str) -> str:
    """Return the consonants of an article-less normal form; see `skeleton`."""
    merged = ""
    for word in key.split():
        merged += _signs(word).translate(_CONSONANTS)
    merged = _REPEATED.sub(r"\1", merged)
    return merged if merged.isascii() else ""


def spelling(name: str) -> str:
    """Return a Latin name's article-less form with vowels and consonants merged as press spellings vary.

    Two names with one skeleton are compared letter by letter in this form: "takhareem" and "takharim" are equal here,
    "maydaa" and "madaya" are not.
    """
    return letters(bare(name))


def letters(key: str) -> str:
    """Return an article-less normal form with its letters merged; see `spelling`."""
    head, gap, rest = key.partition(" ")
    return "".join(map(_word_letters, (_HEADS.get(head, head) + gap + rest).split()))


def _signs(word: str) -> str:
    """Return a word without a silent h at its end, digraphs as single signs."""
    stem = _SILENT_H.sub("", word)
    if "h" in stem or "c" in stem or "dj" in stem:
        for written, letter in _DIGRAPHS:
            if written in stem:
                stem = stem.replace(written, letter)
    return stem


@lru_cache(5_000)
def _merged_run(run: str) -> str:
    for pattern, vowel in _VOWELS:
        run = pattern.sub(vowel, run)
    return run


def _merged_vowels(match: re.Match[str]) -> str:
    return _merged_run(match[0])


@lru_cache(100_000)
def _word_letters(word: str) -> str:
    """Return one word with digraphs as single signs, interchanged vowels and consonants merged, doubled ones once."""
    stem = _VOWEL_RUN.sub(_merged_vowels, _signs(word))
    return _REPEATED.sub(r"\1", stem.translate(_LETTERS))


def arabic_forms(word: str) -> Iterator[tuple[str, int]]:
    """Yield the forms of an Arabic word in normal form to look up, each with the number of prefix characters it drops.

    The word itself comes first; then without the conjunctions and prepositions written on it ("وبإدلب" also gives
    "ادلب", "للرقة" gives "الرقه" with 1). Stems keep three letters.
    """
    yield word, 0
    for prefix in _PREFIXES:
        if not word.startswith(prefix) or len(word) - len(prefix) < _SHORTEST_STEM:
            continue
        if prefix.endswith("ال"):
            yield "ال" + word[len(prefix) :], len(prefix) - 2
        elif prefix.endswith("لل"):
            yield "ال" + word[len(prefix) :], len(prefix) - 1
        else:
            yield word[len(prefix) :], len(prefix)
