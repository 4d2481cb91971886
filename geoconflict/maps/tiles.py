"""Map pictures from a server, where a user asks for them by name: whose they are, what that costs, what may be asked.

A page asks no host for anything unless its maker chose a provider. Then its content policy allows pictures from that
provider's hosts and nothing else; the embedded basemap stays below and is what readers see where none arrive.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from geoconflict.errors import UsageError

if TYPE_CHECKING:
    from xyzservices import TileProvider

CLOSEST_TILE_ZOOM = 19
PUBLISHED_TILE_ZOOM = 14
"""Under "publish" the page goes no closer: 10 m a pixel, where no roof can be told from the next."""
_KEY_WANTED = "<insert your"  # how xyzservices marks a value the user has to bring
_LOCAL = ("127.0.0.1", "localhost", "::1")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?\Z")
_LEAFLETS = {"x", "y", "-y", "z", "s"}  # placeholders the page fills itself
_WEB_MERCATOR = {"EPSG3857", "EPSG:3857", "EPSG900913", "EPSG:900913"}


@dataclass(frozen=True, slots=True)
class Tiles:
    """Where map pictures come from.

    `url` has the placeholders {z}, {x}, {y} and, with several `subdomains`, {s}; `hosts` are the origins it leads to.
    `credit` is text and address in turns, the address "" where there is none.
    """

    name: str
    url: str
    hosts: tuple[str, ...]
    credit: tuple[tuple[str, str], ...]
    max_zoom: int
    subdomains: tuple[str, ...] = ()
    min_zoom: int = 0
    tile_size: int = 256
    zoom_offset: int = 0
    tms: bool = False
    keyed: bool = False

    @property
    def terms(self) -> list[str]:
        """What the maker of a page with these tiles has to know, a line each."""
        hosts = ", ".join(host.partition("//")[2] for host in self.hosts)
        told = "".join(text for text, _ in self.credit).strip()
        lines = [
            f"Tiles of {self.name}: need a connection; every reader's network address goes to {hosts}",
            f"Their credit stands on the map: {told}; whether you may use them so, the provider's terms say",
        ]
        if any(host.endswith("openstreetmap.org") for host in self.hosts):
            lines.append(
                "OpenStreetMap's servers refuse pages opened from disk (no referrer) and busy sites: put the page on a "
                "web server, and choose another provider for a large audience"
            )
        if self.keyed:
            lines.append("The provider's key stands in the page, where every reader can read it")
        return lines

    def facts(self) -> dict[str, Any]:
        """Return what the page needs of them."""
        return {
            "url": self.url,
            "hosts": [host.partition("//")[2] for host in self.hosts],
            "name": self.name,
            "credit": [list(part) for part in self.credit],
            "subdomains": list(self.subdomains),
            "minZoom": self.min_zoom,
            "maxZoom": self.max_zoom,
            "tileSize": self.tile_size,
            "zoomOffset": self.zoom_offset,
            "tms": self.tms,
        }


def open_tiles(given: str | TileProvider | Tiles, *, key: str | None = None) -> Tiles:
    """Return a provider of tiles, checked.

    Parameters
    ----------
    given
        A name of `xyzservices.providers` ("OpenStreetMap.Mapnik"; case and punctuation do not matter), or a
        `xyzservices.TileProvider` of one's own: `TileProvider(name=..., url=..., attribution=...)`.
    key
        What a provider that wants one calls API key or access token.

    Raises
    ------
    UsageError
        An unknown name, no key where one is needed, no credit, an address that is not https (http on this machine
        only), or tiles of another projection than Web Mercator.
    """
    if isinstance(given, Tiles):
        return given
    provider = _named(given) if isinstance(given, str) else given
    name = str(provider.get("name", "tiles"))
    values = {field: str(value) for field, value in provider.items()}
    if values.get("crs", "EPSG3857") not in _WEB_MERCATOR:
        raise UsageError(f"tiles {name}: are in {values['crs']}, the map is in Web Mercator; choose another provider")
    wanted = [field for field, value in values.items() if _KEY_WANTED in value and f"{{{field}}}" in values["url"]]
    if key is not None and len(wanted) != 1:
        raise UsageError(f"tiles {name}: " + ("want no key" if not wanted else f"want {', '.join(wanted)}; set each"))
    if wanted and key is None:
        raise UsageError(f"tiles {name}: want {', '.join(wanted)} from their provider; give it with --tiles-key")
    values |= dict.fromkeys(wanted, key or "")
    url = _filled(values)
    subdomains = tuple(values.get("subdomains", "abc")) if "{s}" in url else ()
    if isinstance(provider.get("subdomains"), list | tuple) and subdomains:
        subdomains = tuple(str(one) for one in provider["subdomains"])
    if not {"{z}", "{x}"} <= set(re.findall(r"\{[^{}]*\}", url)) or not ("{y}" in url or "{-y}" in url):
        raise UsageError(f"tiles {name}: their address lacks {{z}}, {{x}} or {{y}}")
    credit = credit_parts(str(provider.get("html_attribution") or provider.get("attribution") or ""))
    if not any(text.strip() for text, _ in credit):
        raise UsageError(f"tiles {name}: say whose they are; give the provider an attribution")
    return Tiles(
        name=name,
        url=url,
        hosts=tuple(dict.fromkeys(_origin(name, url.replace("{s}", one)) for one in subdomains or ("",))),
        credit=credit,
        max_zoom=min(CLOSEST_TILE_ZOOM, _number(values, "max_zoom", 18)),
        subdomains=subdomains,
        min_zoom=_number(values, "min_zoom", 0),
        tile_size=_number(values, "tileSize", 256),
        zoom_offset=_number(values, "zoomOffset", 0),
        tms=provider.get("tms") is True,
        keyed=bool(wanted),
    )


def credit_parts(markup: str) -> tuple[tuple[str, str], ...]:
    """Return the text of a credit with the http(s) address each part links to; any other markup is left out."""
    reader = _Credit()
    reader.feed(markup)
    reader.close()
    return tuple(reader.parts)


class _Credit(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[tuple[str, str]] = []
        self.address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        address = dict(attrs).get("href") or ""
        if tag == "a":
            self.address = address if re.match(r"https?://[^\s/]", address) else ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.address = ""

    def handle_data(self, data: str) -> None:
        self.parts.append((data, self.address))


def _named(name: str) -> TileProvider:
    from xyzservices import providers

    try:
        return providers.query_name(name)
    except ValueError:
        near = difflib.get_close_matches(name, list(providers.flatten()), n=3, cutoff=0.4) or ["OpenStreetMap.Mapnik"]
        raise UsageError(f"tiles {name!r}: no such provider; nearest are {', '.join(near)}") from None


def _filled(values: dict[str, str]) -> str:
    """Return the address with every placeholder filled but those of the page."""

    def fill(match: re.Match[str]) -> str:
        field = match[1]
        return match[0] if field in _LEAFLETS else "" if field == "r" else values.get(field, match[0])

    url = re.sub(r"\{([^{}]*)\}", fill, values.get("url", ""))
    left = set(re.findall(r"\{([^{}]*)\}", url)) - _LEAFLETS
    if left:
        raise UsageError(
            f"tiles {values.get('name', '')}: their address wants {', '.join(sorted(left))}, which is not given"
        )
    return url


def _origin(name: str, url: str) -> str:
    """Return scheme and host of an address, if a page may ask there."""
    try:
        address = urlsplit(url)
        host, local = address.netloc.lower(), address.hostname in _LOCAL
    except ValueError:
        host, local = "", False
    if not _HOST.match(host) or address.scheme not in ("https", "http"):
        raise UsageError(f"tiles {name}: {url!r} is no address of a server")
    if address.scheme == "http" and not local:
        raise UsageError(f"tiles {name}: are not served over https, so that anybody on the way could change them")
    return f"{address.scheme}://{host}"


def _number(values: dict[str, str], field: str, usual: int) -> int:
    text = values.get(field, "")
    return int(text) if re.fullmatch(r"-?\d{1,4}", text) else usual
