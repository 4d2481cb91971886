"""Online geocoders, asked on 127.0.0.1: answers in the providers' own forms, politeness, errors in one line."""

import datetime as dt
import json
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from geoconflict.errors import OnlineError, RefusedError, UsageError
from geoconflict.gazetteer import geocode_online
from geoconflict.gazetteer.online import KEPT_DAYS, UNKNOWN_KEPT_DAYS

NOMINATIM = [
    {
        "osm_type": "relation",
        "osm_id": 42,
        "lat": "35.93",
        "lon": "36.63",
        "category": "boundary",
        "type": "administrative",
        "addresstype": "state",
        "name": "Idlib Governorate",
        "display_name": "Idlib Governorate, Syria",
        "importance": 0.5,
        "boundingbox": ["35.3", "36.3", "36.1", "37.3"],
        "address": {"country_code": "sy", "state": "Idlib Governorate"},
    },
    {
        "osm_type": "node",
        "osm_id": 7,
        "lat": "35.9306",
        "lon": "36.6339",
        "category": "place",
        "type": "city",
        "addresstype": "city",
        "name": "Idlib",
        "display_name": "Idlib, Syria",
        "importance": 0.4,
        "boundingbox": ["35.9", "35.96", "36.6", "36.66"],
        "address": {"country_code": "sy", "state": "Idlib Governorate"},
    },
]
PHOTON = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [36.6339, 35.9306]},
            "properties": {
                "osm_id": 7,
                "osm_type": "N",
                "osm_key": "place",
                "osm_value": "city",
                "name": "Idlib",
                "countrycode": "SY",
                "state": "Idlib Governorate",
            },
        },
    ],
}
GEONAMES = {
    "totalResultsCount": 1,
    "geonames": [
        {
            "geonameId": 169389,
            "name": "Idlib",
            "toponymName": "Idlib",
            "lat": "35.93062",
            "lng": "36.63393",
            "countryCode": "SY",
            "countryName": "Syria",
            "adminName1": "Idlib",
            "fcl": "P",
            "fcode": "PPLA",
            "population": 128840,
        },
    ],
}


class Server:
    """A geocoder that answers every request with the same thing and remembers what it was asked."""

    def __init__(self, body, status=200, wait_s=0.0):
        self.asked, self.agents, self.times = [], [], []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.asked.append(parse_qs(urlsplit(self.path).query))
                outer.agents.append(self.headers["User-Agent"])
                outer.times.append(time.monotonic())
                time.sleep(wait_s)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                with suppress(BrokenPipeError, ConnectionResetError):
                    self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.http.shutdown()
        self.http.server_close()


def ask(server, tmp_path, name="Idlib", provider="nominatim", **options):
    options = {"min_delay_s": 0, "timeout_s": 5, **options}
    return geocode_online(name, provider, base_url=server.url, cache_dir=tmp_path, **options)


def test_nominatim(tmp_path):
    with Server(NOMINATIM) as server:
        governorate, city = ask(server, tmp_path, country="sy")
    assert (city.place.id, city.place.kind, city.place.country) == ("osm:node/7", "city", "SY")
    assert (city.place.lon, city.place.lat) == (36.6339, 35.9306)
    assert 5_000 <= city.place.radius_m <= 12_000
    assert governorate.place.kind == "admin1"
    assert governorate.place.extent == (36.1, 35.3, 37.3, 36.3)
    assert 75_000 < governorate.place.radius_m < 80_000, "half the diagonal of its box"
    assert governorate.score + city.score == pytest.approx(0.9, abs=0.002)
    assert "ODbL" in city.place.source
    assert f"asked {dt.datetime.now(dt.UTC).date().isoformat()}" in city.place.source
    assert city.reason == "Nominatim's answer 2 of 2"
    assert server.asked[0]["countrycodes"] == ["sy"]
    assert server.agents[0].startswith("geoconflict/")


@pytest.mark.parametrize(("provider", "body"), [("photon", PHOTON), ("geonames", GEONAMES)])
def test_other_providers(tmp_path, provider, body):
    with Server(body) as server:
        (only,) = ask(server, tmp_path, provider=provider, country="SY", username="someone")
    assert (only.place.name, only.place.kind, only.place.country, only.score) == ("Idlib", "city", "SY", 0.9)
    assert only.place.geonameid == (169389 if provider == "geonames" else None)


def test_a_question_is_asked_once(tmp_path):
    with Server([]) as server:
        assert ask(server, tmp_path) == []
        assert ask(server, tmp_path) == [], "not known is an answer, and kept"
        assert len(server.asked) == 1
        ask(server, tmp_path, name="Aleppo")
        assert len(server.asked) == 2


@pytest.mark.parametrize(
    "damaged", ["{", '{"answers": []}', '{"asked": "2026-01-01", "expires": "2999-01-01", "answers": [1]}']
)
def test_a_damaged_answer_on_disk_is_asked_again(tmp_path, damaged):
    with Server(NOMINATIM) as server:
        ask(server, tmp_path)
        next(tmp_path.glob("*.json")).write_text(damaged, encoding="utf-8")
        assert len(ask(server, tmp_path)) == 2
        assert len(server.asked) == 2


@pytest.mark.parametrize(("body", "days"), [(NOMINATIM, KEPT_DAYS), ([], UNKNOWN_KEPT_DAYS)])
def test_an_answer_expires(tmp_path, body, days):
    with Server(body) as server:
        ask(server, tmp_path)
        kept = next(tmp_path.glob("*.json"))
        record = json.loads(kept.read_text(encoding="utf-8"))
        asked, expires = (dt.date.fromisoformat(record[key]) for key in ("asked", "expires"))
        assert (expires - asked).days == days
        today = dt.datetime.now(dt.UTC).date()
        for last_day, requests in ((today, 1), (today - dt.timedelta(days=2), 2)):
            kept.write_text(json.dumps(record | {"expires": last_day.isoformat()}), encoding="utf-8")
            ask(server, tmp_path)
            assert len(server.asked) == requests
    assert KEPT_DAYS > UNKNOWN_KEPT_DAYS


def test_a_name_without_letters_is_not_asked(tmp_path):
    with Server(NOMINATIM) as server:
        assert ask(server, tmp_path, name="  \n") == []
        assert not server.asked


def test_requests_keep_their_distance(tmp_path):
    with Server([]) as server:
        for name in ("one", "two", "three"):
            ask(server, tmp_path, name=name, min_delay_s=0.15)
    assert all(later - earlier >= 0.14 for earlier, later in zip(server.times, server.times[1:], strict=False))


def test_processes_keep_one_pace(tmp_path):
    code = (
        "import sys; from geoconflict.gazetteer import geocode_online\n"
        "for n in '12': geocode_online(sys.argv[3] + n, base_url=sys.argv[1], cache_dir=sys.argv[2], min_delay_s=0.3)\n"
    )
    with Server([]) as server:
        both = [subprocess.Popen([sys.executable, "-c", code, server.url, tmp_path, name]) for name in "ab"]
        assert [one.wait() for one in both] == [0, 0]
    assert len(server.times) == 4
    assert all(later - earlier >= 0.25 for earlier, later in zip(server.times, server.times[1:], strict=False))


def test_a_clock_that_was_wrong_holds_nobody_up(tmp_path):
    with Server([]) as server:
        ask(server, tmp_path, min_delay_s=0.01)
        os.utime(next(tmp_path.glob("*.asked")), (time.time() + 86_400,) * 2)
        started = time.monotonic()
        ask(server, tmp_path, name="Homs", min_delay_s=0.01)
        assert time.monotonic() - started < 2


def test_address_from_the_environment(tmp_path, monkeypatch):
    with Server(NOMINATIM) as server:
        monkeypatch.setenv("GEOCONFLICT_NOMINATIM_URL", server.url + "/")
        assert len(geocode_online("Idlib", cache_dir=tmp_path, min_delay_s=0)) == 2


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({}, 429, "takes no more requests for now"),
        ({}, 403, "refused access"),
        ({}, 500, "answered with an error"),
        (b"<html>not json", 200, "something unreadable"),
        ([{"nothing": "known"}], 200, "something unreadable"),
    ],
)
def test_errors_are_said_in_one_line(tmp_path, body, status, message):
    with Server(body, status) as server, pytest.raises(OnlineError, match=message) as raised:
        ask(server, tmp_path)
    assert server.url in str(raised.value)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, RefusedError) == (status in {403, 429}), "after which nothing more is asked"
    assert not list(tmp_path.glob("*.json")), "an error is not kept"


def test_no_answer_in_time(tmp_path):
    with Server([], wait_s=1.5) as server, pytest.raises(OnlineError, match=r"no answer in 0\.3 s"):
        ask(server, tmp_path, timeout_s=0.3)


def test_nobody_there(tmp_path):
    with Server([]) as server:
        pass
    with pytest.raises(OnlineError, match="cannot be reached"):
        ask(server, tmp_path)


def test_wrong_use(tmp_path, monkeypatch):
    monkeypatch.delenv("GEOCONFLICT_GEONAMES_USERNAME", raising=False)
    with pytest.raises(UsageError, match="no online provider 'bing'"):
        geocode_online("Idlib", "bing")
    with pytest.raises(UsageError, match="GEOCONFLICT_GEONAMES_USERNAME"):
        geocode_online("Idlib", "geonames", cache_dir=tmp_path)
    with pytest.raises(UsageError, match="no address of a geocoder"):
        geocode_online("Idlib", base_url="file:///etc/passwd", cache_dir=tmp_path)
