"""`embed`: stills for an article, in every size and format from one command."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from geoconflict.cli import options as opt
from geoconflict.cli.draw import LINKING, NO_EVENT, READING, TALKING, finish, split
from geoconflict.cli.dress import dress, read_under
from geoconflict.cli.layers import make_layer

if TYPE_CHECKING:
    from geoconflict.maps import Still

SIZES = ("article", "phone", "square", "social")
FORMATS = ("png", "svg", "pdf")


class Names(click.ParamType):  # type: ignore[type-arg]  # generic only in the newest click
    """Several words of a list, joined by commas."""

    name = "list"

    def __init__(self, known: tuple[str, ...]) -> None:
        self.known = known

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the words, or fail with those that are known."""
        if isinstance(value, tuple):
            return value
        words = tuple(dict.fromkeys(word.strip().lower() for word in value.split(",") if word.strip()))
        for word in words:
            if word not in self.known:
                self.fail(f"{word!r} is unknown; use some of {', '.join(self.known)}", param, ctx)
        return words


@click.command(context_settings=opt.HELP)
@opt.inputs
@opt.output(forms=".png, .svg or .pdf")
@click.option(
    "--sizes",
    type=Names(SIZES),
    default=(),
    metavar="SIZE,...",
    help="Some of article, phone, square, social: map.png becomes map-phone.png and so on. Without it: article.",
)
@click.option(
    "--formats",
    type=Names(FORMATS),
    default=(),
    metavar="FORMAT,...",
    help="Some of png, svg, pdf; else the ending of -o.",
)
@click.option("--series", type=click.Choice(["day", "week", "month"]), help="A map for each day, week or month.")
@click.option(
    "--before", type=opt.Day(), metavar="DATE", help="With --after: who held the ground on two days, a map each."
)
@click.option("--after", type=opt.Day(), metavar="DATE", help="The later of the two days.")
@click.option("--byline", metavar="TEXT", help="Who made the map, in its credits.")
@click.option(
    "--names",
    type=click.Choice(["press", "local", "ar"]),
    default="press",
    show_default=True,
    help="How names are written: as the press does, as transliterated locally, or in Arabic script.",
)
@click.option(
    "--snippet", is_flag=True, help="Write the HTML that puts the picture, with its alt text, into an article."
)
@click.option("--check", is_flag=True, help="Print an editor's list for each still: dates, sources, labels, contrast.")
@click.option(
    "--shown-at", type=click.FloatRange(min=100), metavar="PX", help="CSS pixels the page shows it wide, for --check."
)
@opt.basemap
@opt.theme
@LINKING
@READING
@opt.policy("publish")
@opt.borders
@opt.title
@opt.standfirst
@TALKING
def embed(inputs: tuple[str, ...], **given: Any) -> int:
    """Draw stills for an article; the alt text of each goes beside it.

    \b
    geoconflict embed report.txt -o map.png
    geoconflict embed report.txt --sizes article,phone,social --formats png,svg -o map.png --check
    geoconflict embed events.csv --series week -o weeks.png
    """
    from geoconflict.maps import render_still
    from geoconflict.maps.save import write_together
    from geoconflict.maps.sizes import beside
    from geoconflict.protection import protect

    options, talk = split(given)
    path, policy = Path(given["output"]), given["policy"]
    formats = given["formats"] or (path.suffix.lower().lstrip("."),)
    if formats[0] not in FORMATS:
        raise click.BadParameter(f"{str(path)!r} ends in none of .png, .svg, .pdf", param_hint="-o")
    if given["series"] and (given["before"] or given["after"]):
        raise click.UsageError("--series and --before with --after are two ways to show time; take one")
    ending = path.suffix if path.suffix.lower().lstrip(".") in FORMATS else ""
    targets = [(size, beside(path, f"-{size}{ending}")) for size in given["sizes"]] or [(None, path)]
    if given["snippet"]:
        if not {"png", "svg"} & set(formats):
            raise click.UsageError("--snippet shows a picture a browser can draw; add --formats png")
        opt.check_target(str(beside(path, ".html")), overwrite=given["overwrite"])
    for _, target in targets:
        for last in (*(f".{form}" for form in formats), ".alt.txt", *(["@2x.png"] if "png" in formats else [])):
            opt.check_target(str(beside(target, last)), overwrite=given["overwrite"])
    worn = dress(given, talk)
    run = make_layer(inputs, options, talk)
    run.layer = protect(run.layer, policy)
    camps = None if run.camps is None else protect(run.camps, policy)
    basemap = read_under(given, run.layer)
    files: dict[Path, bytes] = {}
    stills: list[tuple[Still, Path]] = []
    picture = next((form for form in ("png", "svg") if form in formats), formats[0])
    for size, target in targets:
        talk.progress(f"Drawing {target.name}")
        still = render_still(
            run.layer,
            zones=run.zones,
            camps=camps,
            basemap=basemap,
            title=given["title"] or (NO_EVENT if run.layer.empty else None),
            byline=given["byline"],
            names=given["names"],
            size=size or "article",
            step=given["series"],
            before=given["before"].isoformat() if given["before"] else None,
            after=given["after"].isoformat() if given["after"] else None,
            policy=policy,
            borders=options.borders,
            max_zone_age_days=options.max_zone_age,
            **worn,
        )
        files |= still.files(target, formats=formats)
        stills.append((still, target if len(formats) == 1 else beside(target, f".{picture}")))
        talk.done()
        if given["check"]:
            click.echo(f"{target.name}:", err=given["as_json"])
            for finding in still.check(shown_at_px=given["shown_at"]):
                click.echo(f"  {finding}", err=given["as_json"])
    if given["snippet"]:
        (whole, where), *others = sorted(stills, key=lambda one: -one[0].layout.size.shown_at)
        files[beside(path, ".html")] = whole.snippet(where, others).encode("utf-8")
    write_together(files)  # all sizes and formats, or none
    written = [str(file) for file in sorted(files, key=lambda one: one.name.endswith(".alt.txt"))]
    return finish(run, policy=policy, written=written, as_json=given["as_json"], talk=talk)
