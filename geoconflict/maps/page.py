"""The document a map is saved as: data in inert islands, code under a content policy, nothing from any host.

Layers of mapping libraries put their text through a template engine while the page is built and into template
literals when it is opened, so text of an article could become code in either place. Ours never does: data stand in
JSON islands that no template sees (`island`), and the page's own script shows them as text only. Design contract 5.1.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from branca.element import Element, Figure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

HERE = Path(__file__).parent
SCRIPTS = (
    "language",
    "words",
    "dom",
    "data",
    "find",
    "search",
    "address",
    "symbols",
    "canvas",
    "labels",
    "base",
    "zones",
    "ground",
    "camps",
    "clusters",
    "marks",
    "fan",
    "areas",
    "card",
    "share",
    "list",
    "key",
    "time",
    "sheet",
    "imagery",
    "around",
    "main",
)
"""The page's own script, in the order the files build on each other."""

LEAFLET = "1.9.4"
_LEAFLET_COPY = f"https://cdn.jsdelivr.net/npm/leaflet@{LEAFLET}/dist"
_LEAFLET_SHA256 = {  # of the published files; what a page may link when the build had no npm
    "leaflet.js": "20nQCchB9co0qIjJZRGuk2/Z9VM+kNiyxNV1lvTlZBo=",
    "leaflet.css": "p4NxAoJBhIIN+hmNHrzRCf9tD/miZyoHS5obTRR9BMY=",
}

COMPRESS_ABOVE_BYTES = 200_000
"""A smaller island stays readable in the file; a larger one is worth the time the browser takes to unpack it."""
BESIDE_ABOVE_BYTES = 100_000
"""An island smaller than this stays in the page even where the large ones lie in files beside it."""
PACKED_ABOVE_BYTES = 4_000
"""The same for shapes, which nobody reads as numbers."""

# None of these occurs in JSON outside a string, so replacing them anywhere keeps the JSON what it was.
_NEVER_STRUCTURE = "<>&%$#`\u2028\u2029\x7f"
# Whole lines only: what stands in a line of code may look like a comment and be none.
_COMMENTS = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
# Control characters and the ones that turn the direction of text; they have no business in a window title.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def inert_json(value: Any) -> str:
    """Return JSON that HTML, template engines and JavaScript template literals all read as plain text.

    `value` holds str, int, float, bool, None, lists and dicts with str keys; NaN raises ValueError.
    """
    text = _json(value)
    for character in _NEVER_STRUCTURE:
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.replace("{{", "{\\u007b")  # two opening braces in a row occur only inside a string


def _json(value: Any, numbers: Callable[[Any], Any] | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=numbers)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def island(key: str, value: Any, *, compress_above: int = COMPRESS_ABOVE_BYTES) -> str:
    """Return `value` as a script element the browser does not run, compressed above so many letters.

    Numpy arrays in it stand as `{"bytes": offset, "rows": n, "size": bytes each}` and follow the JSON as they are,
    little end first: after a zero byte, and each at a multiple of eight.
    """
    arrays: list[bytes] = []

    def numbers(array: Any) -> dict[str, int]:
        data = array.astype(array.dtype.newbyteorder("<")).tobytes()
        told = {"bytes": sum(map(len, arrays)), "rows": len(array), "size": array.dtype.itemsize}
        arrays.append(_to_eight(data))
        return told

    text = _json(value, numbers)
    if arrays or len(text) > compress_above:
        return packed_island(key, text, b"".join(arrays))
    return f'<script type="application/json" id="{key}">{inert_json(value)}</script>'


def _to_eight(data: bytes) -> bytes:
    return data + bytes(-len(data) % 8)


def packed_island(key: str, text: str, data: bytes = b"") -> str:
    """Return `text`, and what follows it, compressed, as a script element the browser does not run."""
    content = _to_eight(text.encode() + b"\0") + data if data else text.encode()
    # The last tenth is worth a moment's work, but not the second a large table takes.
    level = 9 if len(content) < 1_000_000 else 4
    packed = base64.b64encode(gzip.compress(content, compresslevel=level, mtime=0)).decode()
    return f'<script type="application/gzip" id="{key}">{packed}</script>'


class Verbatim(Element):
    """Text put into the page as it stands; no template is ever made of it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._name = "Verbatim"
        self.text = text

    def render(self, **_: Any) -> str:
        """Return the text."""
        return self.text


def packed_code(texts: Iterable[str]) -> tuple[str, tuple[str, ...]]:
    """Return scripts compressed, and the hashes the content policy names.

    The text that is run is a script of the page like any other: `opener` unpacks it and puts it in, and the browser
    runs it because the policy holds its hash. `opener` stands last.
    """
    held = [_COMMENTS.sub("", text) for text in texts]
    tags = [packed_island(f"gc-code-{number}", text) for number, text in enumerate(held)]
    opener = (HERE / "static" / "opener.js").read_text(encoding="utf-8")
    return "\n".join([*tags, f"<script>{opener}</script>"]), tuple(_hash(text) for text in [*held, opener])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


class PageWarning(UserWarning):
    """A page was written, but not as one would expect: too large for a mail, or without a part of what was given."""


_ISLAND_TAG = re.compile('<script type="application/gzip" id="([^"]+)">([^<]*)</script>')


_DATA_BEGINS = "(() => { const island = document.createElement('script');"


def is_data_file(path: Path) -> bool:
    """Whether a file is one that `file_of_island` made, by its name and what it begins with."""
    if not re.fullmatch(r"[a-z]+\.[0-9a-f]{12}\.js", path.name) or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_DATA_BEGINS)) == _DATA_BEGINS.encode()


def file_of_island(tag: str, folder: str) -> tuple[str, str, bytes] | None:
    """Return the name of a file for a large island, the element that loads it, and its bytes; None for a small one.

    The file is a script, because a browser gives a page opened from disk nothing else; all it does is to put the island
    where it would stand. Its name is that of its content, so an older page keeps finding its own.
    """
    held = _ISLAND_TAG.fullmatch(tag)
    if held is None or len(held[2]) < BESIDE_ABOVE_BYTES:
        return None
    key, packed = held.groups()
    code = (
        f"{_DATA_BEGINS}"
        f" island.type = 'application/gzip'; island.id = '{key}'; island.textContent = '{packed}';"
        " document.currentScript.after(island); })();\n"
    ).encode()
    name = f"{key.removeprefix('gc-')}.{hashlib.sha256(code).hexdigest()[:12]}.js"
    return name, f'<script src="{html.escape(quote(folder))}/{name}" data-island="{key}"></script>', code


def vendored(name: str) -> bytes | None:
    """Return a file of Leaflet the build put beside this module, or None where the build had no npm."""
    path = HERE / "vendor" / name
    return path.read_bytes() if path.is_file() else None


def leaflet_tags() -> tuple[str, str]:
    """Return the style and the script element of Leaflet: its text, or a pinned link with its hash."""
    style, script = vendored("leaflet.css"), vendored("leaflet.js")
    if style is None or script is None:
        attributes = {name: f'integrity="sha256-{digest}" crossorigin=""' for name, digest in _LEAFLET_SHA256.items()}
        return (
            f'<link rel="stylesheet" href="{_LEAFLET_COPY}/leaflet.css" {attributes["leaflet.css"]}>',
            f'<script src="{_LEAFLET_COPY}/leaflet.js" {attributes["leaflet.js"]}></script>',
        )
    # Its pictures are not used, and a page opened from disk must ask for no file. A browser reads CRLF as LF before it
    # compares hashes, so the text is brought to that form here.
    rules = re.sub(r"url\([^)]*\)", "none", style.decode().replace("\r\n", "\n"))
    code = re.sub(r"\n?//# sourceMappingURL=.*", "", script.decode().replace("\r\n", "\n"))
    return f"<style>{rules}</style>", f"<script>{code}</script>"


def page_style() -> str:
    """Return the page's own style sheet, without its comments and indents."""
    text = (HERE / "static" / "page.css").read_text(encoding="utf-8")
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line.strip() for line in bare.splitlines() if line.strip())


def page_script() -> str:
    """Return the page's own script, one closed function of all its files, without their comments and indents."""
    lines = [
        _COMMENT_END.sub("", line.strip())
        for name in SCRIPTS
        for line in (HERE / "static" / f"{name}.js").read_text(encoding="utf-8").splitlines()
        if line.strip() and not _COMMENT_LINE.match(line)
    ]
    return "\n".join(["(() => {", "'use strict';", *lines, "})();"])


# A line that is nothing but a comment; our style gives every comment block such lines, and no code begins with a star.
_COMMENT_LINE = re.compile(r"\s*(?://|/\*\*.*\*/\s*$|/\*\*(?!.*\*/)|\*[ /]|\*$)")

# A comment after code; one that holds a quotation mark stays, for it might be the end of a text.
_COMMENT_END = re.compile(r"(?<=[;{},)\]]) // [^'\"`]*$")


def shell(map_id: str) -> str:
    """Return the skeleton of the page; every word that comes from data is filled in by the script, as text."""
    return (HERE / "static" / "shell.html").read_text(encoding="utf-8").replace("MAP_ID", map_id)


class Page(Figure):
    """A figure that writes its own document.

    branca would compile the text a layer has rendered a second time as a template; this figure takes it as it is, so
    text in a user's own layer is not executed while the page is built either.
    """

    def __init__(self, *, title: str = "", language: str = "en", direction: str = "ltr") -> None:
        super().__init__(height="640px")
        self.title = title
        self.language = language
        self.direction = direction
        self.image_hosts: tuple[str, ...] = ()
        """The only hosts the page may ask for pictures: those of tiles its maker chose."""
        self.script_sources: tuple[str, ...] = ()
        """Where scripts may be loaded from: for data in files beside the page, from there only."""
        self.code_hashes: tuple[str, ...] = ()
        """Of scripts that are packed, and so do not stand in the page as they are run."""
        self.strict = True
        """Whether the content policy stands; a foreign layer's needs are unknown, so it takes the policy away."""
        children_of(self.header).clear()  # branca's own meta element; ours is written below

    def render(self, **kwargs: Any) -> str:
        """Return the document."""
        for child in list(self._children.values()):
            child.render(**kwargs)
        names = _numbers(self)
        head, body, scripts = (
            [_text_of(child, names, kwargs) for child in children_of(part).values()]
            for part in (self.header, self.html, self.script)
        )
        scripts = [_as_script(text) for text in scripts if text.strip()]
        policy = ""
        if self.strict:
            rules = content_policy(
                [*head, *scripts], self.image_hosts, [*self.script_sources, *(f"'{one}'" for one in self.code_hashes)]
            )
            policy = f'<meta http-equiv="Content-Security-Policy" content="{rules}">\n'
        lines = [
            "<!doctype html>",
            f'<html lang="{html.escape(self.language)}" dir="{html.escape(self.direction)}">',
            "<head>",
            '<meta charset="utf-8">',
            f'{policy}<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{html.escape(_LONE_SURROGATE.sub('', _CONTROLS.sub(' ', self.title or '')))}</title>",
            *head,
            "</head>",
            "<body>",
            *body,
            *scripts,
            "</body>",
            "</html>",
            "",
        ]
        return "\n".join(lines)

    def _repr_html_(self, **kwargs: Any) -> str:
        """Show the page in a frame of its own that cannot reach the notebook around it."""
        document = self.render(**kwargs).replace("&", "&amp;").replace("'", "&#39;")
        return (
            f"<iframe srcdoc='{document}' title=\"{html.escape(_CONTROLS.sub(' ', self.title or ''))}\""
            f' style="width:100%;height:{self.height};border:0"'
            ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads"></iframe>'
        )


def content_policy(parts: Iterable[str], image_hosts: Iterable[str] = (), script_sources: Iterable[str] = ()) -> str:
    """Return a Content-Security-Policy: exactly the scripts and styles in `parts`, and pictures of `image_hosts`."""
    allowed: dict[str, list[str]] = {"script": [*script_sources], "style": []}
    for part in parts:
        linked = re.match(r'<(?:script src|link rel="stylesheet" href)="([^"]+)"', part)
        inline = re.match(r"<(script|style)>(.*)</\1>\Z", part, re.DOTALL)
        if linked:
            allowed["script" if part.startswith("<script") else "style"].append(linked[1])
        elif inline:
            allowed[inline[1]].append(f"'{_hash(inline[2])}'")
    return "; ".join(
        [
            "default-src 'none'",
            "script-src " + " ".join(allowed["script"]),
            "style-src " + " ".join(allowed["style"]),
            " ".join(["img-src data: blob:", *image_hosts]),
            "base-uri 'none'",
            "form-action 'none'",
        ],
    )


def children_of(element: Element) -> dict[str, Element]:
    """Return the children of an element by name; the dict itself, for adding and removing."""
    return element._children  # noqa: SLF001 - branca has no public name for it


def walk(element: Any) -> Iterator[Element]:
    """Yield an element and all elements below it: its children and those its attributes hold (popups, icons)."""
    seen: set[int] = set()
    queue = [element]
    while queue:
        found = queue.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        queue += children_of(found).values()
        for key, value in vars(found).items():
            held = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
            if key != "_parent":
                queue += [item for item in held if isinstance(item, Element)]


def _numbers(root: Element) -> dict[str, str]:
    """Return a stable number for each random id branca drew, so that the same map gives the same bytes."""
    ordered: dict[str, str] = {}
    for element in walk(root):
        drawn = element._id  # noqa: SLF001 - branca has no public name for it
        if re.fullmatch("[0-9a-f]{32}", drawn):
            ordered.setdefault(drawn, f"{len(ordered) + 1:04d}")
    return ordered


def _text_of(element: Element, names: dict[str, str], kwargs: dict[str, Any]) -> str:
    """Return the text of a part of the page, rendered once."""
    if isinstance(element, Verbatim):
        return element.text
    rendered = getattr(element, "_template_str", None)
    once = type(element) is Element and rendered is not None
    text = rendered if once else element.render(**kwargs)
    return re.sub("[0-9a-f]{32}", lambda match: names.get(match.group(), match.group()), text or "")


def _as_script(text: str) -> str:
    return text if text.lstrip().startswith("<script") else f"<script>{text}</script>"
