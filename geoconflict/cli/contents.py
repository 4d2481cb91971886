"""Says what a gazetteer index holds, for a person: sources, dates, licences, counts, added files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

_TOTALS = ("places", "names", "keys", "demonyms", "words")
"""Members of an index' counts that are no kind of place."""


def with_downloads(facts: dict[str, Any]) -> dict[str, Any]:
    """Return what an index says of itself, each added file with what was recorded when it was downloaded, or None."""
    from geoconflict.gazetteer.download import record_of

    added = []
    for file in facts["added"]:
        record = record_of(Path(file["path"]))
        same = record is not None and record["sha256"] == file["sha256"]
        added.append(file | {"downloaded": record if same else None})
    return facts | {"added": added}


def index_text(facts: dict[str, Any]) -> str:
    """Return the facts of `with_downloads` as lines."""
    counts = facts["counts"]
    kinds = sorted((item for item in counts.items() if item[0] not in _TOTALS), key=lambda item: (-item[1], item[0]))
    lines = [
        f"Gazetteer index {facts['folder']}",
        f"  built {facts['built']} by geoconflict {facts['geoconflict']}; {facts['megabytes']:g} MB",
        *(f"  damaged: {name}; build it anew with `geoconflict gazetteer build`" for name in facts["damaged"]),
        "",
        f"{counts['places']:,} places under {counts['names']:,} names; {counts['demonyms']:,} names of peoples",
        *(f"  {kind:<14}{count:>9,}" for kind, count in kinds),
        "",
        "Made from",
    ]
    lines += _columns([[one["name"], one["version"], one["licence"], one["url"]] for one in facts["sources"]])
    lines += ["", "Added files" if facts["added"] else "No added files"]
    for file in facts["added"]:
        lines += _added(file)
    return "\n".join(line.rstrip() for line in lines)


def _columns(rows: list[list[str]]) -> list[str]:
    """Return rows with their cells one below the other."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]


def _added(file: dict[str, Any]) -> list[str]:
    """Return the lines of one added file."""
    path = Path(file["path"])
    about = [file.get("kind"), f"{file['bytes'] / 1e6:.1f} MB"]
    if "new" in file:
        about.append(f"{file['new']:,} new places, {file['known']:,} known, {file['left_out']:,} rows left out")
    lines = [f"  {file['path']}", "    " + "; ".join(text for text in about if text)]
    if "licence" in file:
        newest = f", its newest row of {file['newest_row']}" if file.get("newest_row") else ""
        lines.append(f"    source {file['source']}, licence {file['licence']}, file of {file['file_date']}{newest}")
    if downloaded := file["downloaded"]:
        lines.append(
            f"    downloaded {downloaded['fetched']} from {downloaded['url']}, up to date {downloaded['checked']}"
        )
    if not path.is_file():
        lines.append("    no longer there: put it back, or build without it, before the next rebuild needs it")
    elif path.stat().st_size != file["bytes"]:
        lines.append("    changed since: build again to use it as it is now")
    return lines
