"""Articles and resolutions for the tests of the events room: places by hand, so that these tests need no index."""

import datetime as dt
import json
import re

from geoconflict.records import Article, Event, EventDate, Evidence, Mention, Place, Resolution

SYRIA = Place("t:sy", "Syria", "country", 38.5, 35.0, 394_000, "SY")
IDLIB = Place("t:idlib", "Idlib", "admin1", 36.7, 35.8, 42_000, "SY", "Idlib")
SARMIN = Place("t:sarmin", "Sarmin", "town", 36.726, 35.903, 3_000, "SY", "Idlib")
BINNISH = Place("t:binnish", "Binnish", "town", 36.712, 35.957, 3_000, "SY", "Idlib")
ATMEH = Place("t:atmeh", "Atmeh", "town", 36.688, 36.308, 3_000, "SY", "Idlib")
DARAA = Place("t:daraa", "Daraa", "town", 36.106, 32.619, 3_000, "SY", "Daraa")
ALEPPO = Place("t:aleppo", "Aleppo", "city", 37.161, 36.201, 10_700, "SY", "Aleppo")
BEIRUT = Place("t:beirut", "Beirut", "city", 35.5, 33.89, 8_000, "LB", "Beirut")
TURKEY = Place("t:tr", "Turkey", "country", 35.4, 39.0, 870_000, "TR")
RUSSIA = Place("t:ru", "Russia", "country", 93.7, 57.8, 3_600_000, "RU")
PLACES = {p.name: p for p in (SYRIA, IDLIB, SARMIN, BINNISH, ATMEH, DARAA, ALEPPO, BEIRUT, TURKEY, RUSSIA)}
PRECISION = {"country": 6, "region": 5, "admin1": 4}
NEAR = re.compile(r"(?i)\b(?:near|close to|outside|next to)\s+(?:the\s+)?(?:[\w'-]+\s+){0,3}$")


def article(text, **more):
    return Article("a", text, **more)


def resolution(text, start, end, place, role="background"):
    near = bool(NEAR.search(text[max(0, start - 60) : start]))
    mention = Mention(start, end, text[start:end], text[start:end].lower(), 0.9)
    prec = PRECISION.get(place.kind, 2 if near else 1)
    radius = max(10_000, place.radius_m) if near else place.radius_m
    return Resolution(mention, place, role, 0.9, "by hand", prec, radius, "near" if near else "in")


def resolutions(text, *, actors=(), unknown=()):
    """Resolve every name of PLACES the text holds; those in `actors` act, those in `unknown` nobody could resolve."""
    found = [
        resolution(text, m.start(), m.end(), PLACES[name], "actor" if name in actors else "background")
        for name in PLACES
        for m in re.finditer(rf"\b{name}\b", text, re.IGNORECASE)
    ]
    found += [
        Resolution(
            Mention(m.start(), m.end(), name, name.lower(), 0.9), None, "background", 0.0, "not in the gazetteer"
        )
        for name in unknown
        for m in re.finditer(rf"\b{name}\b", text)
    ]
    return sorted(found, key=lambda r: r.mention.start)


def event(key="e1", *, day="2022-02-03", place=SARMIN, sub="Air/drone strike", families=("air",), article="a", **more):
    """Make a small event to merge; `day` None is undated."""
    first = dt.date.fromisoformat(day) if day else None
    date = more.pop("date", EventDate(first, first, "day" if first else None, "test"))
    kind = "Explosions/Remote violence" if sub == "Air/drone strike" else "Battles"
    radius = place.radius_m if place else 0.0
    return Event(
        key, (article,), more.pop("evidence", (Evidence(article, 0, 10),)), more.pop("summary", f"told by {article}"),
        kind, sub, date, place,
        radius_m=radius, where_prec=PRECISION.get(place.kind, 1) if place else 7, families=frozenset(families), **more,
    )  # fmt: skip


def gold_articles(shared):
    """Yield the articles annotated by hand, with resolutions made from their own places."""
    gold = json.loads((shared / "articles" / "gold_dev.json").read_text(encoding="utf-8"))
    for document in gold["documents"]:
        path = shared / "articles" / document["file"]
        text = path.read_text(encoding="utf-8")
        found = []
        for row in document["places"]:
            if row["is_place"] and row.get("lat") is not None:
                kind = {"governorate": "admin1"}.get(row["kind"], row["kind"])
                radius = {"country": 394_000, "region": 120_000, "admin1": 42_000}.get(kind, 3_000)
                name = row["canonical"].removesuffix(" Governorate")
                place = Place(
                    f"t:{name}", name, kind, row["lon"], row["lat"], radius, row["country"], row["admin1"] or ""
                )
                role = row["role"] if row["role"] in ("actor", "metonym") else "background"
                found.append(resolution(text, row["start"], row["end"], place, role))
        yield document["id"], Article(path.stem, text, file_name=path.name), found
