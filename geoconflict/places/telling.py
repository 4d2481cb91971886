"""Words and forms that tell in which country a text is at home: "sheriff", "oblast", "£", a phone number, a ".co.uk".

They are a weak prior of the joint decision. A report from home names small places by famous names (Paris in Texas,
Lebanon in Pennsylvania) and, being for neighbours, says neither state nor country.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from geoconflict.records import Article

_WORDS = {
    "US": "sheriff sheriffs deputies republican republicans democrat democrats gop congressman "
    "congresswoman alderman aldermen sophomore varsity quarterback touchdown touchdowns medicaid "
    "medicare misdemeanor thanksgiving fbi ncaa nfl",
    "GB": "councillor councillors nhs tory tories lorry lorries motorway magistrates bbc £ mp mps carriageway ofsted",
    "CA": "rcmp mpp mla ndp cheques councillor councillors mp mps",
    "AU": "nrl afl bushfire bushfires councillor councillors mp mps",
    "NZ": "maori iwi kiwi councillor councillors mp mps",
    "IE": "garda gardai taoiseach dail gaa councillor councillors",
    "ZA": "saps anc councillor",
    "IN": "lakh lakhs crore crores panchayat rupees taluk taluka tehsil bjp mla mlas naxal naxals sarpanch",
    "PK": "tehsil rupees nazim lakh",
    "BD": "upazila lakh",
    "NP": "rupees",
    "LK": "rupees",
    "NG": "naira lga",
    "GH": "cedi cedis",
    "KE": "shillings matatu",
    "UG": "shillings boda",
    "TZ": "shillings",
    "ET": "woreda kebele birr",
    "SO": "shillings",
    "PH": "barangay barangays pesos sitio purok",
    "MX": "pesos ejido",
    "CO": "pesos",
    "AR": "pesos",
    "BR": "favela favelas",
    "ID": "rupiah kecamatan",
    "CN": "yuan renminbi",
    "UA": "oblast raion hryvnia hryvnias",
    "RU": "oblast raion krai rubles roubles duma okrug",
    "BY": "oblast raion",
    "KZ": "oblast tenge akimat",
    "PL": "voivodeship zloty",
    "DE": "bundestag landkreis",
    "FR": "gendarmes gendarmerie arrondissement",
    "IT": "carabinieri",
    "TR": "lira",
    "IL": "shekel shekels knesset idf",
    "AF": "wuleswali uluswali",
    "IR": "rials basij",
}
"""Own list: offices, courts, money, schools, sports and levels of government that reports from these countries name.
A word of several countries counts for each with its share."""
_AMERICAN_PHONE = re.compile(r"(?<![\d-])(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4}(?![\d-])")
_AMERICAN_STREET = re.compile(
    r"\b\d+ (?:[NSEW]\. )?[A-Z]\w+(?: [A-Z]\w+)? (?:St|Ave|Rd|Blvd|Dr|Ln|Hwy)\.|\bHigh School\b|\bCounty\b"
)
# A part of each, found or not many times faster.
_PHONE_END = re.compile(r"[-.](?<=\d{3}.)\d{4}")
_STREET_WORDS = ("St.", "Ave.", "Rd.", "Blvd.", "Dr.", "Ln.", "Hwy.", "High School", "County")
_WORD = re.compile(r"[^\W\d_]+|£")
_PLAIN_WORD = re.compile("[a-z]+")
_OUTLETS_GENERIC = frozenset({"ai", "cc", "co", "fm", "io", "is", "la", "ly", "me", "st", "to", "tv", "ws"})
"""Country domains that anybody takes."""
_PER_WORD, _PER_FORM, _PER_OUTLET, _AT_MOST = 0.3, 0.4, 0.5, 2.0
"""Votes, in units of a sure name's."""


def _by_word() -> dict[str, tuple[tuple[str, float], ...]]:
    countries: dict[str, list[str]] = defaultdict(list)
    for country, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            countries[word].append(country)
    return {word: tuple((code, _PER_WORD / len(codes)) for code in codes) for word, codes in countries.items()}


_VOTES = _by_word()


def told_countries(article: Article) -> dict[str, float]:
    """Return the votes a text's own words, and the domain it was published on, give to countries."""
    votes: dict[str, float] = defaultdict(float)
    text = article.text.lower()
    for word in _VOTES.keys() & set((_PLAIN_WORD if text.isascii() else _WORD).findall(text)):
        for country, vote in _VOTES[word]:
            votes[country] += vote
    for shows in (_has_american_phone, _has_american_street):
        if shows(article.text):
            votes["US"] += 0.8 * _PER_FORM
            votes["CA"] += 0.2 * _PER_FORM
    home = _outlet_country(article)
    if home:
        votes[home] += _PER_OUTLET
    return {country: min(_AT_MOST, vote) for country, vote in votes.items()}


def _has_american_phone(text: str) -> bool:
    return bool(_PHONE_END.search(text) and _AMERICAN_PHONE.search(text))


def _has_american_street(text: str) -> bool:
    return any(word in text for word in _STREET_WORDS) and bool(_AMERICAN_STREET.search(text))


def _outlet_country(article: Article) -> str:
    """Return the country of the domain an article was published on, "" for none."""
    for given in (article.url, article.source):
        host = (urlsplit(given).hostname or "") if "//" in given else given if "." in given and " " not in given else ""
        end = host.rpartition(".")[2].lower()
        if len(end) == 2 and end.isalpha() and end not in _OUTLETS_GENERIC:
            return "GB" if end == "uk" else end.upper()
    return ""
