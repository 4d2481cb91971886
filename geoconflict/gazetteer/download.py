"""Fetches GeoNames' own dumps into the user's cache, where `build_index` reads them like any file that is added.

    paths = [file.path for file in download_dumps(["SY", "IQ"])]
    build_index(add=paths)

One request at a time, a second apart; a file that is unchanged on the server is not fetched twice (`If-None-Match`),
one that broke off is continued (`Range`, `If-Range`). Beside each file lies a record of where it is from, its date,
licence and checksum. A file takes its name only when it is whole, so a fetch that fails leaves the one before it alone.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import http.client
import itertools
import json
import math
import os
import re
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from geoconflict import __version__
from geoconflict.bundled import curated_rows
from geoconflict.errors import GazetteerError, GeoconflictError, OnlineError, UsageError
from geoconflict.gazetteer import index
from geoconflict.gazetteer.locks import alone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Progress = Callable[[str, float], None]

DUMP_URL = "https://download.geonames.org/export/dump"
_CREDIT = {"licence": "CC BY 4.0", "credit": "GeoNames, https://www.geonames.org/"}
_CODES = ("admin1CodesASCII.txt", "admin2Codes.txt")
"""Names of first- and second-level areas, which the countries' dumps name by code only."""

_SCHEMES = frozenset({"http", "https"})
_CHUNK = 1 << 16
_LARGEST = 1_000_000_000
"""Bytes; more than any country's dump has (the United States': 70 MB), so that a wrong server cannot fill the disk."""
_LARGEST_UNPACKED = 4_000_000_000
"""Bytes in an archive; more than twice what the dump of all countries unpacks to (1.7 GB)."""
_LONGEST_WAIT_S = 60.0
"""A server that asks for more patience than this is reported instead."""
_PROGRESS_EVERY_S = 0.2


class Fetched(NamedTuple):
    """A file of the server as it lies in the cache; `unchanged` when the server had no newer one."""

    path: Path
    url: str
    bytes: int
    unchanged: bool
    dated: str
    """When the server's file was last changed, as it says; "" when it does not."""


class _Interrupted(Exception):  # noqa: N818  not an error yet: the next attempt goes on from here
    """A request that may do better when it is made again, after `wait_s` seconds if the server says so."""

    def __init__(self, text: str, wait_s: float | None = None) -> None:
        super().__init__(text)
        self.wait_s = wait_s


def download_dumps(
    countries: Iterable[str],
    *,
    folder: str | Path | None = None,
    base_url: str | None = None,
    progress: Progress | None = None,
    timeout_s: float = 30.0,
    min_delay_s: float = 1.0,
    retries: int = 3,
) -> list[Fetched]:
    """Fetch the GeoNames dumps of some countries, their names in other languages, and the codes of areas.

    Parameters
    ----------
    countries
        ISO 3166-1 alpha-2 codes.
    folder
        Where to keep the files; None is the folder `geonames` in the cache of the gazetteer.
    base_url
        Another server with the same files, else GEOCONFLICT_GEONAMES_DUMP_URL, else GeoNames' own.
    progress
        Called with a line (bytes done of all) and the share done (0-1).
    timeout_s
        The longest silence of the server.
    min_delay_s
        Between two requests.
    retries
        How often a request is made again after a broken connection, status 429 or 5xx; each wait is twice the one
        before it, from `min_delay_s`, or what the server asks for.

    The files come in the order in which they should be added. Raises UsageError for a code that is no country's,
    OnlineError when the server gives no such file, and GazetteerError when it cannot be written; every message says
    what to do. What had arrived by then is kept, and the next call goes on from there.
    """
    codes = list(dict.fromkeys(code.strip().upper() for code in countries))
    _check_codes(codes)
    url = (base_url or os.environ.get("GEOCONFLICT_GEONAMES_DUMP_URL") or DUMP_URL).rstrip("/")
    if urlsplit(url).scheme not in _SCHEMES or not urlsplit(url).netloc:
        raise UsageError(f"{url!r} is no address of a server; give one like {DUMP_URL}")
    kept = Path(folder) if folder is not None else index.cache_folder() / "geonames"
    names = [*_CODES, *(f"{code}.zip" for code in codes), *(f"alternatenames/{code}.zip" for code in codes)]
    with _alone(kept):
        server = _Server(url, timeout_s, min_delay_s, retries, progress or (lambda _line, _share: None))
        return [server.fetch(name, kept / name) for name in names]


def record_of(path: Path) -> dict[str, Any] | None:
    """Return what is recorded of a downloaded file, None when it is none.

    The keys are `url`, `bytes`, `sha256`, `etag`, `last_modified`, `fetched`, `checked` (days), `licence`, `credit`.
    """
    record = _read_json(_beside(path, ".json"))
    return record if "sha256" in record and "url" in record else None


def _check_codes(codes: list[str]) -> None:
    known = {row["iso2"] for row in curated_rows("countries.csv")}
    wrong = [code for code in codes if code not in known]
    if wrong or not codes:
        what = ", ".join(map(repr, wrong)) or "nothing"
        raise UsageError(f"cannot download {what}: no ISO 3166-1 code of a country; write e.g. SY,IQ")


class _WebOnly(urllib.request.HTTPRedirectHandler):
    """Goes where a server sends it on the web, not to FTP as the library's own does."""

    def redirect_request(self, *given: Any) -> urllib.request.Request | None:
        """Return the request for the new address, the last that is given."""
        if urlsplit(given[-1]).scheme not in _SCHEMES:
            raise OnlineError(f"the server sends elsewhere than to the web, to {given[-1]!r}; check its address")
        return super().redirect_request(*given)


@dataclass
class _Server:
    """The server files come from: how it is asked, and how often."""

    url: str
    timeout_s: float
    min_delay_s: float
    retries: int
    tell: Progress
    asked_at: float = -math.inf
    told_at: float = -math.inf

    def fetch(self, name: str, path: Path) -> Fetched:
        """Return a file of the server, fetched, continued, or as it was when the server's is no newer."""
        url = f"{self.url}/{name}"
        record: dict[str, Any] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            record = _whole_record(path, url)
            return self._try(url, path, record)
        except OnlineError as problem:
            stays = f"; the copy fetched on {record['fetched']} stays: {path}" if record else ""
            raise OnlineError(f"{url}: {problem}{stays}") from problem
        except OSError as error:
            raise GazetteerError(
                f"{path}: cannot be written ({error.strerror or error}); "
                "free some space or set GEOCONFLICT_CACHE to another folder; the download goes on where it stopped",
            ) from error

    def _try(self, url: str, path: Path, record: dict[str, Any]) -> Fetched:
        """Make the request, and make it again where that may help."""
        for attempt in itertools.count():
            try:
                return self._attempt(url, path, record)
            except _Interrupted as problem:
                if attempt == self.retries:
                    raise OnlineError(str(problem)) from problem
                wait_s = self.min_delay_s * 2**attempt if problem.wait_s is None else problem.wait_s
                self.tell(f"{path.name}: {problem}; once more in {wait_s:g} s", 0.0)
                time.sleep(wait_s)
        raise AssertionError

    def _attempt(self, url: str, path: Path, record: dict[str, Any]) -> Fetched:
        """Make one request: for what is newer than the recorded file, or for the rest of the part that is here."""
        part = _beside(path, ".part")
        started = _read_json(_beside(part, ".json")) if part.is_file() else {}
        done = part.stat().st_size if started.get("url") == url and _validator(started) else 0
        rest = {"Range": f"bytes={done}-", "If-Range": _validator(started)} if done else {}
        with self._open(url, _conditions(record) | rest) as answer:
            if answer.status == http.client.NOT_MODIFIED:
                _drop_part(part)
                return _checked(path, record)
            if answer.status == http.client.OK:
                _refuse_page(answer)
                _drop_part(part)
                started = _facts(url, answer.headers)
                _write_json(_beside(part, ".json"), started)
                done, total = 0, _number(answer.headers.get("Content-Length"))
            else:
                total = _continued(answer, done, started)
                if total is None:
                    _drop_part(part)
                    raise _Interrupted("the server cannot continue what was begun", 0.0)
            self._receive(answer, part, done, total)
        _check_content(part, archive=path.suffix == ".zip")
        return _accept(part, path, started)

    def _open(self, url: str, headers: dict[str, str]) -> Any:
        """Return the server's answer; what can be had by asking again is `_Interrupted`, all else OnlineError."""
        time.sleep(max(0.0, self.asked_at + self.min_delay_s - time.monotonic()))
        self.asked_at = time.monotonic()
        agent = {"User-Agent": f"geoconflict/{__version__}", "Accept-Encoding": "identity"}
        request = urllib.request.Request(url, headers=agent | headers)  # noqa: S310  http(s) only, see `download_dumps`
        try:
            return urllib.request.build_opener(_WebOnly).open(request, timeout=self.timeout_s)
        except OnlineError:
            raise
        except urllib.error.HTTPError as answer:
            if answer.code in {http.client.NOT_MODIFIED, http.client.REQUESTED_RANGE_NOT_SATISFIABLE}:
                return answer
            with answer:
                raise _refusal(answer) from answer
        except (OSError, http.client.HTTPException) as error:  # URLError is an OSError: no such host, refused, no TLS
            why = getattr(error, "reason", error)
            if isinstance(why, TimeoutError):
                raise _Interrupted(f"no answer in {self.timeout_s:g} s; try again later") from error
            raise _Interrupted(f"cannot be reached ({why}); check the connection and the address") from error

    def _receive(self, answer: Any, part: Path, done: int, total: int | None) -> None:
        """Write what arrives behind the `done` bytes that are there."""
        with part.open("r+b" if done else "wb") as file:
            file.seek(done)
            file.truncate()
            while True:
                try:
                    chunk = answer.read(_CHUNK)
                except (OSError, http.client.HTTPException) as error:
                    raise _Interrupted(_broke_off(done, total, str(error) or type(error).__name__)) from error
                if not chunk:
                    break
                file.write(chunk)
                done += len(chunk)
                if done > _LARGEST:
                    raise OnlineError(f"more than {_LARGEST / 1e9:g} GB; is this a server of GeoNames' dumps?")
                if time.monotonic() - self.told_at > _PROGRESS_EVERY_S:
                    self.told_at = time.monotonic()
                    of = f" of {total / 1e6:.1f}" if total else ""
                    self.tell(f"{part.name.removesuffix('.part')}: {done / 1e6:.1f}{of} MB", done / (total or _LARGEST))
        if total is not None and done != total:
            raise _Interrupted(_broke_off(done, total, "the connection closed"))


# ---- what the server says ------------------------------------------------------------------------------------------
def _validator(facts: dict[str, Any]) -> str:
    """Return what tells this version of a file from another: a strong ETag, else its date, "" for neither."""
    etag = str(facts.get("etag") or "")
    return etag if etag.startswith('"') else str(facts.get("last_modified") or "")


def _conditions(record: dict[str, Any]) -> dict[str, str]:
    """Return the headers that ask for a file only when it is newer than the one recorded."""
    given = {"If-None-Match": record.get("etag"), "If-Modified-Since": record.get("last_modified")}
    return {header: value for header, value in given.items() if value}


def _facts(url: str, headers: Any) -> dict[str, Any]:
    return {"url": url, "etag": headers.get("ETag", ""), "last_modified": headers.get("Last-Modified", "")}


def _continued(answer: Any, done: int, started: dict[str, Any]) -> int | None:
    """Return the size of the whole file if the answer is the rest behind the `done` bytes of the part, else None."""
    unit, _, span = answer.headers.get("Content-Range", "").partition(" ")
    place, _, total = span.partition("/")
    etag = answer.headers.get("ETag")
    whole = _number(total)
    if not done or unit != "bytes" or whole is None or (etag and etag != started["etag"]):
        return None
    return whole if place == f"{done}-{whole - 1}" else None


def _refusal(answer: urllib.error.HTTPError) -> Exception:
    """Return what a status that is no success means."""
    said = f"status {answer.code} ({answer.reason})"
    if answer.code == http.client.TOO_MANY_REQUESTS or answer.code >= http.client.INTERNAL_SERVER_ERROR:
        wait_s = _asked_to_wait(answer.headers.get("Retry-After"))
        if wait_s is None or wait_s <= _LONGEST_WAIT_S:
            return _Interrupted(f"{said}; try again later", wait_s)
        return OnlineError(f"{said}; try again in {wait_s:.0f} s, as the server asks")
    if answer.code in {http.client.NOT_FOUND, http.client.GONE}:
        remedy = "check the address in GEOCONFLICT_GEONAMES_DUMP_URL, or add a dump you have with --add"
        return OnlineError(f"no such file on the server; {remedy}")
    return OnlineError(f"{said}; is it open to you?")


def _asked_to_wait(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, which is a number or a date."""
    seconds = _number(value)
    if seconds is not None or not value:
        return seconds
    try:
        due = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # no date, or one of a year that cannot be
        return None
    due = due if due.tzinfo else due.replace(tzinfo=dt.UTC)
    return max(0.0, (due - dt.datetime.now(dt.UTC)).total_seconds())


def _refuse_page(answer: Any) -> None:
    """Raise OnlineError for a web page in place of the file, as networks that want a login give."""
    if answer.headers.get_content_type() in {"text/html", "application/xhtml+xml"}:
        remedy = "log in to the network you are in, or check GEOCONFLICT_GEONAMES_DUMP_URL"
        raise OnlineError(f"the answer is a web page, no file; {remedy}")


def _broke_off(done: int, total: int | None, why: str) -> str:
    of = f" of {total}" if total else ""
    return f"broke off after {done}{of} bytes ({why}); give the command again, it goes on from there"


def _number(text: str | None) -> int | None:
    """Return the number a header gives, None for anything else, such as "²" or a thousand digits."""
    return int(text) if text and re.fullmatch(r"\s*[0-9]{1,15}\s*", text) else None


# ---- files and their records ---------------------------------------------------------------------------------------
def _beside(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_json(path: Path, facts: dict[str, Any]) -> None:
    beside = _beside(path, f".{os.getpid()}.tmp")
    try:
        beside.write_text(json.dumps(facts, indent=1, ensure_ascii=False), encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _whole_record(path: Path, url: str) -> dict[str, Any]:
    """Return the record of a file that is still what was fetched from there, {} of any other: it is fetched anew."""
    record = record_of(path)
    if record is None or record["url"] != url or not path.is_file() or path.stat().st_size != record.get("bytes"):
        return {}
    return record if index.file_sha256(path) == record["sha256"] else {}


def _check_content(part: Path, *, archive: bool) -> None:
    """Raise OnlineError for a file that is whole but not what its name says, after removing it."""
    try:
        wrong = _wrong_archive(part) if archive else _wrong_table(part)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, UnicodeDecodeError) as error:
        wrong = str(error)
    if wrong:
        _drop_part(part)
        raise OnlineError(f"what arrived is damaged or no dump ({wrong}); try again")


def _wrong_archive(part: Path) -> str:
    """Return what is wrong with a zip, every checksum in it tested."""
    with zipfile.ZipFile(part) as archive:
        if not any(name.endswith(".txt") for name in archive.namelist()):
            return "no .txt in the archive"
        if sum(member.file_size for member in archive.infolist()) > _LARGEST_UNPACKED:  # no more of it is ever unpacked
            return f"more than {_LARGEST_UNPACKED / 1e9:g} GB in it"
        damaged = archive.testzip()
    return f"{damaged} has another checksum" if damaged else ""


def _wrong_table(part: Path) -> str:
    """Return what is wrong with a table of codes."""
    with part.open(encoding="utf-8") as file:
        first = file.readline(_CHUNK)
    return "" if first.count("\t") >= 3 else "no table of codes"


def _accept(part: Path, path: Path, started: dict[str, Any]) -> Fetched:
    """Give a whole file its name and its record."""
    today = dt.datetime.now(dt.UTC).date().isoformat()
    size = part.stat().st_size
    facts = {"bytes": size, "sha256": index.file_sha256(part), "fetched": today, "checked": today}
    with suppress(TypeError, ValueError, OverflowError):  # no date, or none that can be
        changed = email.utils.parsedate_to_datetime(started["last_modified"]).timestamp()
        os.utime(part, (changed, changed))  # the file is as old as the server's, whoever asks
    part.replace(path)  # if the process dies here, the old record does not fit the file, which is fetched anew
    _write_json(_beside(path, ".json"), started | facts | _CREDIT)
    _drop_part(part)
    return Fetched(path, started["url"], size, unchanged=False, dated=started["last_modified"])


def _checked(path: Path, record: dict[str, Any]) -> Fetched:
    """Note that the server has no newer file."""
    _write_json(_beside(path, ".json"), record | {"checked": dt.datetime.now(dt.UTC).date().isoformat()})
    return Fetched(path, record["url"], record["bytes"], unchanged=True, dated=record["last_modified"])


def _drop_part(part: Path) -> None:
    part.unlink(missing_ok=True)
    _beside(part, ".json").unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that two processes never write to one part."""
    busy = f"{folder}: another process is downloading there; wait until it is done"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with alone(folder / "download.lock", wait_s=0, busy=busy):
            yield
    except GeoconflictError:
        raise
    except OSError as error:
        remedy = "set GEOCONFLICT_CACHE to another folder"
        raise GazetteerError(f"{folder}: cannot be written ({error.strerror or error}); {remedy}") from error
