"""Events read off 119 articles against what coders wrote down: `python benchmarks/coded_articles.py DATA`.

The coders saw the articles only, never what the rules made of them. The articles are those of the two rounds of
`benchmarks/read_by_hand.py`; they are development text, so the shares below are an upper bound for text not seen.
Kept are document, offsets and values: `benchmarks/data/coded_articles.jsonl`; DATA is the folder that holds `events/`
and `corpora/`. An event is found when one of ours rests on the coded sentence, or is of a fitting type at the same
place. All right is: type, place, date and figures right of an event that was found.
"""

import argparse
import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path

from read_by_hand import draw

from geoconflict import Article, extract_events, find_mentions, open_gazetteer, resolve_places
from geoconflict.gazetteer.names import norm, skeleton
from geoconflict.records import Event, Totals

CODED = Path(__file__).parent / "data" / "coded_articles.jsonl"
FIELDS = ("type", "place", "date", "figures")
SPAN_SLACK_DAYS = 2
"""How much longer than the coded one a span may be: "overnight" is two days, an undated report's day one back."""

_PLAIN = re.compile(
    r"\b(?:the|a|an|of|in|near|at|to|on|and|city|town|village|district|neighbou?rhood|quarter|province|governorate|area"
    r"|region|suburbs?|countryside|outskirts|camp|hospital|airport|air ?base|base|northern|southern|eastern|western"
    r"|north|south|east|west|central|refugee|rebel|held|al|el|ad|as|ash|at|an)\b"
)


def tokens(name: str) -> frozenset[str]:
    """Return the telling words of a name, by their consonants."""
    return frozenset(filter(None, (skeleton(word) for word in _PLAIN.sub(" ", norm(name)).split())))


def names_of(event: Event, text: str) -> list[frozenset[str]]:
    """Return the words our event's place goes by: the list's name, the text's, and the one no list has."""
    spans = [(m.start, m.end) for m in event.mentions if m.role == "event"]
    said = getattr(event, "place_said", "")
    written = [event.place.name] if event.place else []
    return [found for name in (said, *written, *(text[a:b] for a, b in spans)) if name and (found := tokens(name))]


def is_place_right(event: Event, coded: dict, text: str) -> bool:
    """Whether the place is the coded one, named as finely."""
    want = tokens(coded["place"])
    if not want:
        return event.place is None or event.place.is_area
    return any(want <= name or name <= want for name in names_of(event, text))


def is_date_right(event: Event, coded: dict) -> bool:
    """Whether the days agree, and are hardly more than those coded; where none was coded, an inferred day stands."""
    if not coded["start"]:
        return event.date.first is None or event.date.inferred
    if not (event.date.first and event.date.last):
        return False
    first, last = dt.date.fromisoformat(coded["start"]), dt.date.fromisoformat(coded["end"] or coded["start"])
    longer = (event.date.last - event.date.first).days - (last - first).days
    return event.date.first <= last and first <= event.date.last and longer <= SPAN_SLACK_DAYS


def is_count_right(total: Totals, coded: list | None) -> bool:
    """Whether a count agrees: its best, or the bounds given instead of one."""
    low, best, high = coded or (None, None, None)
    ours = total.low, total.best, total.high
    if (low, best, high) == (None, None, None):
        return ours == (None, None, None)
    if best is not None:
        bounds = (low in (None, ours[0])) and (high in (None, ours[2]))
        return ours[1] == best and bounds
    return (low, high) == (ours[0], ours[2])


def judge(event: Event, coded: dict, text: str) -> dict[str, bool]:
    """Return which fields of our event agree with a coded one."""
    return {
        "type": event.sub_event_type in (coded["sub_event_type"], *coded["also_type"]),
        "place": is_place_right(event, coded, text),
        "date": is_date_right(event, coded),
        "figures": is_count_right(event.fatalities, coded["killed"])
        and is_count_right(event.injured, coded["injured"]),
    }


def pair(events: list[Event], coded: list[dict], text: str) -> list[tuple[Event, dict, dict[str, bool]]]:
    """Return our events with the coded one each tells, the most alike first."""
    alike = []
    for i, event in enumerate(events):
        for j, one in enumerate(coded):
            fields = judge(event, one, text)
            told = [
                k for k, e in enumerate(event.evidence) if e.start < one["quote_end"] and one["quote_start"] < e.end
            ]
            same = bool(tokens(one["place"])) and fields["place"] and fields["type"]
            if told or same:
                alike.append((bool(told) + (told[:1] == [0]) + sum(fields.values()), -i, -j, fields))
    pairs, ours, theirs = [], set(), set()
    for _, i, j, fields in sorted(alike, key=lambda one: one[:3], reverse=True):
        if i not in ours and j not in theirs:
            ours.add(i)
            theirs.add(j)
            pairs.append((events[-i], coded[-j], fields))
    return pairs


def main() -> None:
    """Print recall and the shares right, and with --wrong each field that is not."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--wrong", choices=[*FIELDS, "missed", "extra"], help="print these as well")
    options = parser.parse_args()
    rows = [json.loads(line) for line in CODED.read_text(encoding="utf-8").splitlines()]
    texts = {d["id"]: d for number in (1, 2) for d in draw(options.data, number)}
    gazetteer = open_gazetteer()
    right: Counter[str] = Counter()
    found = coded_now = told_now = 0
    for identity in dict.fromkeys(row["article"] for row in rows):
        article = Article(identity, texts[identity]["text"], title=texts[identity]["title"])
        told = extract_events(article, resolve_places(article, find_mentions(article, gazetteer), gazetteer))
        every = [row for row in rows if row["article"] == identity and "quote_start" in row]
        coded = [row for row in every if row["status"] == "event"]
        events = [e for e in told if e.status == "event"]
        pairs = pair(events, coded, article.text)
        found, coded_now, told_now = found + len(pairs), coded_now + len(coded), told_now + len(events)
        for event, one, fields in pairs:
            right.update(field for field in FIELDS if fields[field])
            right["all"] += all(fields.values())
            if options.wrong in FIELDS and not fields[options.wrong]:
                print(identity, _shown(event), "| CODED", _coded(one), sep="\n   ")
        if options.wrong == "missed":
            met = [id(one) for _, one, _ in pairs]
            for one in coded:
                if id(one) not in met:
                    print(identity, _coded(one), article.text[one["quote_start"] : one["quote_end"]], sep="\n   ")
        elif options.wrong == "extra":
            ours = [id(event) for event, _, _ in pairs]
            for event in events:
                if id(event) not in ours:
                    print(identity, _shown(event), sep="\n   ")
    print(f"coded events {coded_now}, ours {told_now}, found {found}")
    print(f"recall {found / coded_now:.3f}, precision {found / told_now:.3f}")
    print(", ".join(f"{field} {right[field] / found:.3f}" for field in (*FIELDS, "all")), "of those found")


def _shown(event: Event) -> str:
    place = (getattr(event, "place_said", "") + " / " + event.place.name) if event.place else "-"
    days = f"{event.date.first}..{event.date.last} {event.date.rule}"
    figures = [(t.low, t.best, t.high) for t in (event.fatalities, event.injured)]
    return f"{event.id} {event.sub_event_type} | {place} | {days} | {figures} | {event.summary[:220]}"


def _coded(one: dict) -> str:
    keys = ("sub_event_type", "also_type", "place", "within", "start", "end", "killed", "injured")
    return " | ".join(str(one[key]) for key in keys)


if __name__ == "__main__":
    main()
