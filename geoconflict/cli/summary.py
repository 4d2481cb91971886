"""What a run says about itself: a short table, then what could not be used and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from geoconflict.records import VIOLENCE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from geoconflict.cli.layers import Run

MOST_UNRESOLVED = 20
COLUMNS = ("date", "event", "place", "killed", "zone", "nearest listed camp", "reports")


def _known(value: Any) -> bool:
    """Whether a cell holds a value: neither None nor any of pandas' missing ones."""
    return value is not None and value == value and str(value) != "<NA>"  # noqa: PLR0124 - NaN is not equal to itself


def _count(value: Any) -> str:
    return str(int(value)) if _known(value) else "-"


def count_range(low: Any, best: Any, high: Any) -> str:
    """Write low, best and high as a reader would: "13 (12-13)", "12 or more", "up to 20", "-" when nothing is known."""
    if not _known(best):
        return f"up to {int(high)}" if _known(high) else "-"
    if (_known(low) and int(low) > int(best)) or (_known(high) and int(high) < int(best)):  # a slip of the source
        ends = (f"{name} {int(end)}" for name, end in (("low", low), ("high", high)) if _known(end))
        return f"{int(best)} (the source gives {', '.join(ends)})"
    if (_known(high) and int(high) > int(best)) or (_known(low) and int(low) < int(best)):
        span = f"{int(low) if _known(low) else '?'}-{int(high) if _known(high) else '?'}"
        return f"{int(best)} ({span})"
    return f"{int(best)}" if _known(high) else f"{int(best)} or more"


def when(row: dict[str, Any]) -> str:
    """Write an event's day or days; an inferred date is marked with "~"."""
    start, end = row["date_start"], row["date_end"]
    if not _known(start):
        return "not known"
    text = str(start) if start == end or not _known(end) else f"{start}..{end}"
    return f"~{text}" if _known(row["date_inferred"]) and row["date_inferred"] else text


def where(row: dict[str, Any]) -> str:
    """Write an event's place with how well it is known."""
    said = f"{row['place_said']} (in no list)" if _known(row.get("place_said")) else ""
    if not _known(row["place_name"]):
        return said or "not known"
    near = {"near": "near ", "outskirts": "outskirts of "}.get(str(row["place_relation"]), "")
    kind = f" ({row['place_kind']})" if _known(row["place_kind"]) else ""
    named = f"{near}{row['place_name']}{kind}"
    return f"{said}, {'' if near else 'in '}{named}" if said else named


def zone(row: dict[str, Any]) -> str:
    """Write who is reported to have held the ground, or why that is not said."""
    if _known(row.get("zone_controller")):
        contested = ", contested" if row.get("zone_status") == "contested" else ""
        return f"{row['zone_controller']}{contested}"
    status = row.get("zone_status")
    return str(status).replace("_", " ") if _known(status) else "-"


COARSE_CAMP_M = 5_000
"""A camp whose point may be this far off is named with that: nearer distances would be finer than its position."""


def camp(row: dict[str, Any]) -> str:
    """Write the nearest camp and how far, in words where the policy masked that; and camps the text does not name."""
    parts = []
    if _known(row.get("camp_name")):
        words = row.get("camp_distance_words")
        if _known(row.get("camp_distance_m")):
            words = f"{row['camp_distance_m'] / 1000:.1f} km"
            if _known(row.get("camp_radius_m")) and row["camp_radius_m"] >= COARSE_CAMP_M:
                words += f" (its position known to {row['camp_radius_m'] / 1000:g} km)"
        said = f"{row['camp_name']}, {words}" if _known(words) else str(row["camp_name"])
        nearest = next(iter(row.get("camps") or []), None)
        unknown = isinstance(nearest, dict) and nearest.get("open") == "unknown"
        parts.append(f"{said}, opening day not known" if unknown else said)
    parts += [f'told of: "{one["text"]}"' for one in row.get("camps_said") or [] if isinstance(one, dict)]
    return "; ".join(parts) or "-"


def event_rows(run: Run) -> Iterator[tuple[str, ...]]:
    """Yield the cells of the table, an event a row."""
    if run.layer is None:
        return
    for row in run.layer.drop(columns="geometry").to_dict("records"):
        kind = next((row[name] for name in ("sub_event_type", "event_type") if _known(row[name])), None)
        if kind is None:
            kind = VIOLENCE.get(int(row["type_of_violence"]), "-").lower() if _known(row["type_of_violence"]) else "-"
        past = " (background)" if row["status"] == "background" else ""
        killed = count_range(row["fatalities_low"], row["fatalities_best"], row["fatalities_high"])
        yield when(row), f"{kind}{past}", where(row), killed, zone(row), camp(row), _count(row["reports"])


def table(rows: list[tuple[str, ...]]) -> str:
    """Align rows under the headings."""
    widths = [max(len(cell) for cell in column) for column in zip(COLUMNS, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (COLUMNS, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(lines)


def text(run: Run, *, policy: str, written: list[str]) -> str:
    """Return the summary that `map`, `embed`, `events` and `link` print on stderr."""
    rows = list(event_rows(run))
    parts = [table(rows)] if rows else ["No event was found."]
    if run.unresolved:
        parts.append(f"Not resolved ({len(run.unresolved)}):")
        parts += [f"  {one.article}: {one.name}: {one.reason}" for one in run.unresolved[:MOST_UNRESOLVED]]
        if len(run.unresolved) > MOST_UNRESOLVED:
            parts.append(f"  and {len(run.unresolved) - MOST_UNRESOLVED} more; `geoconflict places` lists them all")
    parts += run.notes
    parts += [f"Warning: {one}" for one in run.warnings]
    parts.append(f"Policy: {policy}.")
    parts += [f"Written: {path}" for path in written]
    return "\n".join(parts)


def as_record(run: Run, *, policy: str, written: list[str]) -> dict[str, Any]:
    """Return the same summary as plain data, for `--json`."""
    return {
        "events": [dict(zip(COLUMNS, row, strict=True)) for row in event_rows(run)],
        "articles": run.articles,
        "unresolved": [{"article": one.article, "name": one.name, "reason": one.reason} for one in run.unresolved],
        "skipped": [{"input": path, "reason": reason} for path, reason in run.skipped],
        "warnings": run.warnings,
        "notes": run.notes,
        "policy": policy,
        "written": written,
    }
