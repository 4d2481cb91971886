"""GeoNames' dumps, fetched from a server on 127.0.0.1: resumed, unchanged, broken, refused; nothing good is ever lost."""

import datetime as dt
import errno
import hashlib
import io
import json
import os
import random
import re
import socket
import threading
import time
import zipfile
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from geoconflict import __version__
from geoconflict.cli import cli
from geoconflict.errors import GazetteerError, OnlineError, UsageError
from geoconflict.gazetteer import download as room
from geoconflict.gazetteer import open_gazetteer
from geoconflict.gazetteer.download import download_dumps, record_of
from geoconflict.gazetteer.index import remembered_files
from geoconflict.gazetteer.locks import alone
from geoconflict.gazetteer.rows import Collection, Row

LINE = "{id}\t{name}\t{name}\t\t36.3\t36.7\tP\tPPL\tSY\t\t03\t\t\t\t900\t\t\tAsia/Damascus\t2020-01-01\n"


def archive(name, text):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        file.writestr(name, text)
    return held.getvalue()


def dump(rows=3, salt=0):
    noise = random.Random(salt)
    names = ("".join(noise.choices("abdefhiklmnqrst", k=9)).title() for _ in range(rows))
    return archive("SY.txt", "".join(LINE.format(id=90_000_000 + i, name=name) for i, name in enumerate(names)))


def files():
    return {
        "/admin1CodesASCII.txt": "SY.03\tİdlib\tIdlib\t169387\n".encode(),
        "/admin2Codes.txt": b"SY.03.1\tHarem\tHarem\t1\n",
        "/SY.zip": dump(),
        "/alternatenames/SY.zip": archive("SY.txt", "1\t90000000\tar\tأطمة\t1\t\t\t\t\t\n"),
    }


class Server:
    """Serves files as GeoNames' does, with ETag, dates and ranges; `faults` (path -> list) come first, one a request.

    A fault is a status, (status, headers), or a number of bytes after which the connection closes.
    """

    def __init__(self, held):
        self.files, self.faults, self.asked, self.times = held, {}, [], []
        self.ranges, self.silent_s, self.always = True, 0.0, None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.answer(self)

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def etag(self, path):
        return f'"{hashlib.sha256(self.files[path]).hexdigest()[:12]}"'

    def answer(self, handler):
        path, headers = handler.path, handler.headers
        self.asked.append((path, dict(headers)))
        self.times.append(time.monotonic())
        time.sleep(self.silent_s)
        if self.always:
            self.send(handler, *self.always)
            return
        fault = self.faults[path].pop(0) if self.faults.get(path) else None
        if isinstance(fault, tuple) or (fault is None and path not in self.files) or (fault or 0) in range(400, 600):
            status, more = fault if isinstance(fault, tuple) else (fault or 404, {})
            self.send(handler, status, more, b"")
            return
        body, etag = self.files[path], self.etag(path)
        about = {"ETag": etag, "Last-Modified": "Thu, 19 Nov 2026 02:00:00 GMT"}
        if headers.get("If-None-Match") == etag:
            self.send(handler, 304, about, b"")
            return
        span = re.fullmatch(r"bytes=(\d+)-", headers.get("Range", ""))
        start = int(span[1]) if span and self.ranges and headers.get("If-Range") == etag else 0
        if start >= len(body):
            self.send(handler, 416, {"Content-Range": f"bytes */{len(body)}"}, b"")
            return
        if start:
            about["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        about["Content-Length"] = str(len(body) - start)
        self.send(handler, 206 if start else 200, about, body[start:][:fault])

    @staticmethod
    def send(handler, status, headers, body):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        with suppress(BrokenPipeError, ConnectionResetError):
            handler.wfile.write(body)

    def asked_for(self, path):
        return [headers for asked, headers in self.asked if asked == path]

    def close(self):
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server():
    opened = Server(files())
    yield opened
    opened.close()


@pytest.fixture
def fetch(server, tmp_path):
    def ask(*countries, **options):
        options = {"min_delay_s": 0, "timeout_s": 5, **options}
        return download_dumps(countries or ["SY"], folder=tmp_path / "kept", base_url=server.url, **options)

    return ask


def content(server, tmp_path):
    return {path: (tmp_path / "kept" / path[1:]).read_bytes() for path in server.files}


def test_files_are_fetched_recorded_and_checked(server, fetch, tmp_path):
    told = []
    found = fetch(progress=lambda line, share: told.append((line, share)))
    assert [one.path.relative_to(tmp_path / "kept").as_posix() for one in found] == [path[1:] for path in server.files]
    assert content(server, tmp_path) == server.files
    assert not any(one.unchanged for one in found)
    record = record_of(tmp_path / "kept" / "SY.zip")
    assert record["sha256"] == hashlib.sha256(server.files["/SY.zip"]).hexdigest()
    assert record["url"] == f"{server.url}/SY.zip"
    assert record["bytes"] == len(server.files["/SY.zip"])
    assert (record["licence"], record["last_modified"][5:16]) == ("CC BY 4.0", "19 Nov 2026")
    changed = dt.datetime.fromtimestamp((tmp_path / "kept" / "SY.zip").stat().st_mtime, dt.UTC)
    assert changed.isoformat() == "2026-11-19T02:00:00+00:00", "the file is as old as the server's"
    assert all(headers["User-Agent"] == f"geoconflict/{__version__}" for _, headers in server.asked)
    assert told
    assert all(0 <= share <= 1 for _, share in told)
    names = sorted(path.name for path in (tmp_path / "kept").rglob("*") if path.is_file())
    assert not [name for name in names if not name.endswith((".zip", ".txt", ".json"))], "nothing half-done is left"


def test_what_is_unchanged_is_not_fetched_twice(server, fetch, tmp_path):
    fetch()
    server.asked.clear()
    assert all(one.unchanged for one in fetch())
    assert all("If-None-Match" in headers and "If-Modified-Since" in headers for _, headers in server.asked)
    server.files["/SY.zip"] = dump(salt=1)
    assert [one.path.name for one in fetch() if not one.unchanged] == ["SY.zip"]
    assert content(server, tmp_path) == server.files


def test_a_file_changed_on_disk_is_fetched_anew(server, fetch, tmp_path):
    fetch()
    kept = tmp_path / "kept" / "SY.zip"
    damaged = bytearray(kept.read_bytes())
    damaged[60] ^= 1
    kept.write_bytes(damaged)
    assert [one.path.name for one in fetch() if not one.unchanged] == ["SY.zip"]
    assert content(server, tmp_path) == server.files


def test_a_transfer_that_broke_off_goes_on_where_it_stopped(server, fetch, tmp_path):
    server.files["/SY.zip"] = dump(3_000)
    size = len(server.files["/SY.zip"])
    server.faults["/SY.zip"] = [size // 3]
    with pytest.raises(OnlineError, match=rf"broke off after {size // 3} of {size} bytes .*give the command again"):
        fetch(retries=0)
    assert not (tmp_path / "kept" / "SY.zip").exists()
    fetch()
    first, second = server.asked_for("/SY.zip")
    assert "Range" not in first
    assert second["Range"] == f"bytes={size // 3}-"
    assert second["If-Range"] == server.etag("/SY.zip")
    assert content(server, tmp_path) == server.files


def test_within_one_call_too(server, fetch, tmp_path):
    server.faults["/SY.zip"] = [100, 50]
    fetch()
    assert [headers.get("Range") for headers in server.asked_for("/SY.zip")] == [None, "bytes=100-", "bytes=150-"]
    assert content(server, tmp_path) == server.files


@pytest.mark.parametrize("change", ["content", "no ranges", "part complete", "part too long"])
def test_a_part_that_does_not_fit_is_begun_anew(server, fetch, tmp_path, change):
    server.files["/SY.zip"] = dump(500)
    server.faults["/SY.zip"] = [2_000]
    with pytest.raises(OnlineError):
        fetch(retries=0)
    part = tmp_path / "kept" / "SY.zip.part"
    if change == "content":
        server.files["/SY.zip"] = dump(500, salt=2)
    elif change == "no ranges":
        server.ranges = False
    elif change == "part complete":
        part.write_bytes(server.files["/SY.zip"])
    else:
        part.write_bytes(server.files["/SY.zip"] * 2)
    fetch()
    assert content(server, tmp_path) == server.files
    assert not part.exists()


def test_a_busy_server_is_given_the_time_it_asks_for(server, fetch, tmp_path):
    server.faults["/SY.zip"] = [503, (429, {"Retry-After": "1"}), (429, {"Retry-After": formatdate(0, usegmt=True)})]
    started = time.monotonic()
    fetch()
    assert time.monotonic() - started >= 1
    assert len(server.asked_for("/SY.zip")) == 4
    server.faults["/SY.zip"] = [(429, {"Retry-After": "7200"})]
    with pytest.raises(OnlineError, match=r"status 429 .*try again in 7200 s"):
        fetch()
    server.faults["/SY.zip"] = [500] * 9
    server.asked.clear()
    with pytest.raises(OnlineError, match="status 500"):
        fetch(retries=2)
    assert len(server.asked_for("/SY.zip")) == 3, "no more than asked for"


@pytest.mark.parametrize("value", ["²", "9" * 5_000, "Fri, 20 Nov 99999999999999999999 10:00:00 GMT", "soon", "-1"])
def test_a_header_that_says_nothing_is_as_none(server, fetch, tmp_path, value):
    server.faults["/SY.zip"] = [(429, {"Retry-After": value})]
    server.faults["/admin2Codes.txt"] = [(206, {"Content-Range": f"bytes 0-{value}/{value}"})]
    fetch()
    assert content(server, tmp_path) == server.files
    server.always = (200, {"Content-Length": value, "Connection": "close"}, server.files["/SY.zip"])
    with pytest.raises(OnlineError, match="damaged or no dump"):  # of the table of codes, which this is not
        fetch(retries=0)


def test_a_server_is_followed_on_the_web_only(server, fetch, tmp_path):
    server.faults["/SY.zip"] = [(302, {"Location": f"{server.url}/SY.zip"})]
    fetch()
    assert content(server, tmp_path) == server.files
    for elsewhere in ("ftp://127.0.0.1:1/SY.zip", "file:///etc/hostname"):
        server.files["/SY.zip"] = dump(salt=4)
        server.faults["/SY.zip"] = [(302, {"Location": elsewhere})] * 9
        server.asked.clear()
        with pytest.raises(OnlineError, match=r"stays: .*SY\.zip") as problem:
            fetch()
        assert elsewhere in str(problem.value)
        assert len(server.asked_for("/SY.zip")) == 1, "not asked again"


def test_an_archive_that_unpacks_to_too_much_is_not_unpacked(server, fetch, monkeypatch):
    monkeypatch.setattr(room, "_LARGEST_UNPACKED", 1_000)
    server.files["/SY.zip"] = archive("SY.txt", "0" * 1_001)
    monkeypatch.setattr(zipfile.ZipFile, "testzip", lambda _: pytest.fail("unpacked"))
    with pytest.raises(OnlineError, match="damaged or no dump"):
        fetch()


def test_requests_keep_their_distance(server, fetch):
    fetch(min_delay_s=0.1)
    assert server.times[-1] - server.times[0] >= 0.1 * (len(server.times) - 1) - 0.05


PAGE = b"<html><body>Please log in to the network</body></html>"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (404, "no such file on the server"),
        (403, "is it open to you"),
        ("page", "a web page, no file; log in to the network"),
        ("unnamed page", "damaged or no dump"),
        ("damaged", "damaged or no dump"),
        ("empty", "damaged or no dump"),
        ("silent", r"no answer in 0\.2 s"),
        ("gone", "cannot be reached"),
    ],
)
def test_a_fetch_that_fails_says_so_and_leaves_the_good_file(server, fetch, tmp_path, fault, said):
    fetch()
    before = content(server, tmp_path)
    if isinstance(fault, int):
        server.faults["/SY.zip"] = [fault]
    elif fault == "page":
        server.always = (200, {"Content-Type": "text/html"}, PAGE)
    elif fault == "unnamed page":
        server.files["/SY.zip"] = PAGE
    elif fault == "empty":
        server.always = (200, {"Content-Length": "0"}, b"")
    elif fault == "damaged":
        body = bytearray(dump(50, salt=3))
        body[200:220] = bytes(20)
        server.files["/SY.zip"] = bytes(body)
    elif fault == "silent":
        server.silent_s = 0.5
    else:
        server.close()
    with pytest.raises(OnlineError, match=said) as problem:
        fetch(retries=0, timeout_s=0.2 if fault == "silent" else 5)
    assert "\n" not in str(problem.value)
    assert server.url in str(problem.value)
    assert re.search(r"the copy fetched on \d{4}-\d\d-\d\d stays: .*kept", str(problem.value))
    assert content(server, tmp_path) == before
    assert record_of(tmp_path / "kept" / "SY.zip")["sha256"] == hashlib.sha256(before["/SY.zip"]).hexdigest()


def test_nobody_there(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(OnlineError, match=r"cannot be reached .*check the connection"):
        download_dumps(["SY"], folder=tmp_path, base_url=url, min_delay_s=0, retries=1)


def test_a_full_disk(server, fetch, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(room, "_write_json", full)
    with pytest.raises(GazetteerError, match=r"No space left on device.*free some space"):
        fetch()
    monkeypatch.undo()
    fetch()
    assert content(server, tmp_path) == server.files


def test_a_server_without_end_does_not_fill_the_disk(server, fetch, monkeypatch):
    monkeypatch.setattr(room, "_LARGEST", 1_000)
    server.files["/SY.zip"] = dump(500)
    with pytest.raises(OnlineError, match="is this a server of GeoNames' dumps"):
        fetch()


def test_two_processes_do_not_write_to_one_part(fetch, tmp_path):
    lock = tmp_path / "kept" / "download.lock"
    lock.parent.mkdir()
    with alone(lock, wait_s=0, busy=""), pytest.raises(GazetteerError, match="another process is downloading there"):
        fetch()
    lock.touch()  # as a killed process leaves it
    fetch()
    assert not lock.exists()


def test_wrong_use(tmp_path, monkeypatch):
    for wrong in (["ZZ"], ["SY", "Syria"], ["../../x"], []):
        with pytest.raises(UsageError, match=r"cannot download .*write e.g. SY,IQ"):
            download_dumps(wrong, folder=tmp_path)
    monkeypatch.setenv("GEOCONFLICT_GEONAMES_DUMP_URL", "file:///etc")
    with pytest.raises(UsageError, match="no address of a server"):
        download_dumps(["SY"], folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_environment_names_server_and_folder(server, tmp_path, monkeypatch):
    monkeypatch.setenv("GEOCONFLICT_GEONAMES_DUMP_URL", server.url + "/")
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path))
    found = download_dumps(["sy", " SY"], min_delay_s=0)
    assert [one.path.parent for one in found if one.path.suffix == ".zip"] == [
        tmp_path / "geonames",
        tmp_path / "geonames" / "alternatenames",
    ]
    (tmp_path / "geonames" / "SY.zip.json").write_text("[1", encoding="utf-8")
    assert [one.unchanged for one in download_dumps(["SY"], min_delay_s=0)] == [True, True, False, True]
    assert json.loads((tmp_path / "geonames" / "SY.zip.json").read_text(encoding="utf-8"))["bytes"]


# ---- gazetteer build --download ------------------------------------------------------------------------------------------
def a_country(_tell):
    collection = Collection()
    collection.add(Row("country:SY", "Syria", "country", 38, 35, 400_000, "SY", source="test"))
    return collection


@pytest.fixture
def build(server, tmp_path, monkeypatch):
    """Run `gazetteer` of the command line in a cache of its own, with one country for all that packages hold."""
    monkeypatch.setenv("GEOCONFLICT_GEONAMES_DUMP_URL", server.url)
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("geoconflict.gazetteer.sources.collect", a_country)
    monkeypatch.setattr("geoconflict.gazetteer.build._read_words", dict)
    monkeypatch.setattr(room.download_dumps, "__kwdefaults__", room.download_dumps.__kwdefaults__ | {"min_delay_s": 0})
    return lambda *given: CliRunner().invoke(cli, ["gazetteer", *given], standalone_mode=False)


def test_what_is_downloaded_is_in_the_index_and_remembered(server, build, tmp_path):
    done = build("build", "--download", "sy")
    assert done.exception is None, done.output
    assert f"{server.url}/SY.zip: fetched" in done.stderr
    gazetteer = open_gazetteer()
    (place,) = [one.place for one in gazetteer.candidates("أطمة", country="SY")]
    assert place.id == "geonames:90000000"
    assert "CC BY 4.0" in place.source
    assert place.admin1 == "İdlib", "by the table of codes"
    assert {Path(file.path).relative_to(tmp_path / "cache").as_posix() for file in remembered_files()} == {
        f"geonames{path}" for path in server.files
    }
    said = build("info").output
    today = dt.datetime.now(dt.UTC).date().isoformat()
    assert f"downloaded {today} from {server.url}/SY.zip" in said
    assert "file of 2026-11-19" in said
    assert all(file["downloaded"]["etag"] for file in json.loads(build("info", "--json").output)["added"])
    assert build("build", "--download", "SY").stderr.count("unchanged") == len(server.files)


def test_a_download_that_fails_leaves_the_index(server, build):
    build("build", "--download", "SY")
    before = open_gazetteer().folder
    server.faults["/SY.zip"] = [404]
    assert isinstance(build("build", "--download", "SY").exception, OnlineError)
    assert open_gazetteer().folder == before
    for wrong in ("SY,ZZ", "SY,", ""):
        done = build("build", "--download", wrong)
        assert isinstance(done.exception, click.UsageError), wrong
        assert "is no country; write its ISO 3166-1 code" in str(done.exception)
