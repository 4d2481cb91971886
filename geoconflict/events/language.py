"""Which language a text is in, as far as it matters here: events are read from English only.

Told by script, and of Latin script by function words that no other of the languages shares: the most frequent words of
a language make up near half of any running text (Grefenstette 1995), so a few lines are enough.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

LETTERS_LOOKED_AT: Final = 4_000
"""Of a longer text the beginning tells."""

READ_LANGUAGE: Final = "English"
"""The only one events are read from."""

READABLE_LETTERS: Final = 0.5
"""A text of which fewer letters are Latin is in another script, names in brackets aside."""

FEWEST_WORDS: Final = 2
"""Function words of another language that are needed: one may be part of a name (Les, Van der)."""

_SCRIPTS: Final = (
    ("Arabic", "\u0600", "\u06ff"),
    ("Cyrillic", "\u0400", "\u052f"),
    ("Hebrew", "\u0590", "\u05ff"),
    ("Greek", "\u0370", "\u03ff"),
    ("Armenian", "\u0530", "\u058f"),
    ("Georgian", "\u10a0", "\u10ff"),
    ("Ethiopic", "\u1200", "\u137f"),
    ("Devanagari", "\u0900", "\u097f"),
    ("Bengali", "\u0980", "\u09ff"),
    ("Burmese", "\u1000", "\u109f"),
    ("Thai", "\u0e00", "\u0e7f"),
    ("Korean", "\uac00", "\ud7af"),
    ("Japanese", "\u3040", "\u30ff"),
    ("Chinese", "\u4e00", "\u9fff"),
)
_OF_SCRIPT: Final = (
    ("Ukrainian", re.compile("[іїєґ]")),
    ("Russian", re.compile("[ыэъ]")),
    ("Kurdish", re.compile("[ڕڵۆێ]")),
    ("Persian", re.compile("[پچژگ]")),
)
"""Letters that tell languages of one script apart, in the order they are looked for."""
_SHARE_OF_LETTERS: Final = 0.004
"""One of these letters in 250: fewer may come from a foreign name."""

_WORDS: Final = {
    "English": "the of and to that was were is has have had by with from at said on in for it its this after which do"
    " not no an as or so a be are me we i he she they but if over",
    "French": "le les des du une est dans que qui pour sur avec au aux par ont été selon ses leur cette mais était",
    "German": "der das und den dem ein eine einen nicht ist von auf mit bei wurde wurden worden nach im zu auch sich",
    "Spanish": "el los las una del que por con para fue según más al su sus han como entre sobre también pero murieron",
    "Portuguese": "os uma não em na nas dos das pelo pela segundo mais foi foram são ao aos também com mas por num",
    "Italian": "il lo gli una di della dei delle nel nella che è sono con per dal dalla hanno anche secondo stato",
    "Dutch": "het een van en zijn bij werd werden niet door aan ook naar voor uit dat deze zeiden op met er heeft",
    "Turkish": "ve bir bu için ile olarak da de kişi oldu olduğu ilçesindeki daha çok sonra kadar gibi edildi öldü",
    "Kurdish": "li bi ji di ku û ya yên hatin hat kes jî bajarê min ev wan piştî ser da xwe",
    "Polish": "w na się nie jest oraz przez że od został do po zostało osób jak są był pod dla",
    "Swedish": "och att det som en är på för av med till har den om ett inte från efter var vid",
    "Indonesian": "yang di dan dari untuk dengan pada ini itu tidak telah oleh akan orang dalam kepada",
    "Romanian": "și în la cu pe din care au fost este pentru un o de mai după prin către",
    "Swahili": "na ya wa kwa katika ni la za watu kuwa huo hiyo baada kutoka",
    "Somali": "oo iyo ka ku ee uu waa la soo in ayaa laga magaalada",
}
_WORD: Final = re.compile(r"[^\W\d_]+")
_PLAIN_WORD: Final = re.compile("[a-z]+")
_OTHER_LETTER: Final = re.compile("[^\\W\\d_\u0000-\u024f]")
"""A letter behind the block Latin Extended-B, where Latin script ends."""


@cache
def _language_of_word() -> dict[str, str]:
    """Return the language of each function word that only one of the languages has; English keeps what it shares."""
    counts = Counter(word for words in _WORDS.values() for word in set(words.split()))
    english = set(_WORDS["English"].split())
    return {
        word: language
        for language, words in _WORDS.items()
        for word in words.split()
        if language == "English" or (counts[word] == 1 and word not in english)
    }


def language_of(text: str) -> str:
    """Return the name of a text's language, or of its script where that is all that is known.

    "English" is also the answer for Latin letters that tell nothing, a headline of names: what is read there is checked
    word by word anyway.
    """
    sample = text[:LETTERS_LOOKED_AT]
    others = [] if sample.isascii() else _OTHER_LETTER.findall(sample)
    if len(others) > READABLE_LETTERS * sum(letter.isalpha() for letter in sample if others):
        return _of_script(others)
    languages, words = _language_of_word(), (_PLAIN_WORD if sample.isascii() else _WORD).findall(sample.lower())
    english, others_own = _own_words()
    counts = Counter([languages[word] for word in words if word in others_own])
    (name, most), *_ = counts.most_common(1) or [("", 0)]
    if most < FEWEST_WORDS or most <= sum(map(english.__contains__, words)):
        return "English"
    return name


@cache
def _own_words() -> tuple[frozenset[str], frozenset[str]]:
    """Return the function words of English, and those of the other languages."""
    languages = _language_of_word()
    english = frozenset(word for word, language in languages.items() if language == "English")
    return english, frozenset(languages) - english


def _of_script(letters: list[str]) -> str:
    counts = Counter(name for letter in letters for name, first, last in _SCRIPTS if first <= letter <= last)
    script = counts.most_common(1)[0][0] if counts else "another script"
    if counts["Japanese"] and script == "Chinese":
        return "Japanese"
    if script not in ("Cyrillic", "Arabic"):
        return script
    sample = "".join(letters).lower()
    for name, pattern in _OF_SCRIPT:
        own = len(pattern.findall(sample))
        if own >= max(1, _SHARE_OF_LETTERS * len(letters)):
            return name
    return script
