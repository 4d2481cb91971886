"""Making an index: whole or not at all."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from geoconflict.errors import GazetteerError
from geoconflict.gazetteer import Gazetteer, index_info
from geoconflict.gazetteer import build as room
from geoconflict.gazetteer.build import install, write_index
from geoconflict.gazetteer.index import (
    MAIN,
    META,
    ROWS,
    Added,
    package_versions,
    remember_files,
    remembered_files,
    sources_digest,
)
from geoconflict.gazetteer.locks import alone
from geoconflict.gazetteer.names import norm
from geoconflict.gazetteer.rows import Collection, Row, kind_radius_m, spread


def small_collection() -> Collection:
    """Three real rows: a governorate, its city and a town, with GeoNames' ids and points."""
    collection = Collection()
    collection.add(Row("country:SY", "Syria", "country", 38, 35, 400_000, "SY", source="test"))
    collection.admin1_row["SY", "12"] = collection.add(
        Row("admin1:SY.12", "Idlib", "admin1", 36.68, 35.79, 57_000, "SY", population=440_000, source="test"),
        ["Idlib Governorate"],
    )
    collection.add(
        Row(
            "geonames:169389",
            "Idlib",
            "city",
            36.63393,
            35.93062,
            6_400,
            "SY",
            "Idlib",
            "",
            128_840,
            geonameid=169389,
            source="test",
        ),
        ["إدلب", "Idleb"],
    )
    collection.add(
        Row("curated:atmeh", "Atmeh", "town", 36.68763, 36.3083, 3_000, "SY", "Idlib", source="curated: test"), ["أطمة"]
    )
    collection.demonyms["syrian"] = 0
    return collection


def make_small(folder):
    write_index(folder, small_collection(), {"said": (62, 1)})


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small") / "index"
    install(folder, make_small)
    return folder


def test_round_trip(small):
    gazetteer = Gazetteer(small)
    rows = small_collection().rows
    for number, row in enumerate(rows):
        place = gazetteer.place(number)
        assert (place.id, place.name, place.kind, place.lon, place.lat) == (
            row.id,
            row.name,
            row.kind,
            row.lon,
            row.lat,
        )
        assert (place.radius_m, place.population, place.geonameid) == (row.radius_m, row.population, row.geonameid)
        assert number in {entry.row for entry in gazetteer.lookup(norm(row.name)) if entry.flags & MAIN}
    assert gazetteer.word("said").zipf == 6.2
    assert gazetteer.demonym("syrian") == 0
    assert index_info(small)["counts"]["places"] == len(rows)
    assert [c.place.kind for c in gazetteer.candidates("إدلب", country="SY")] == ["city"]
    with pytest.raises(GazetteerError, match="no row 99"):
        gazetteer.place(99)


def test_same_rows_same_bytes(small, tmp_path):
    install(tmp_path / "again", make_small)
    for name in json.loads((small / META).read_text(encoding="utf-8"))["files"]:
        assert (small / name).read_bytes() == (tmp_path / "again" / name).read_bytes()


def test_failing_build_leaves_the_index_that_stood(tmp_path):
    target = tmp_path / "index"
    install(target, make_small)
    before = (target / META).read_bytes()

    def full_disk(folder):
        (folder / ROWS).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(GazetteerError, match=r"No space left on device.*GEOCONFLICT_CACHE"):
        install(target, full_disk)
    with pytest.raises(KeyboardInterrupt):
        install(target, lambda _folder: (_ for _ in ()).throw(KeyboardInterrupt))
    assert (target / META).read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["index"], "nothing half-made is left"
    assert Gazetteer(target).candidates("Atmeh")


def test_a_rename_that_fails_leaves_the_index_that_stood(tmp_path, monkeypatch):
    target = tmp_path / "index"
    install(target, make_small)
    before = (target / META).stat().st_ino
    rename = Path.replace

    def full_disk(path, to):
        if path.name.endswith(".tmp"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return rename(path, to)

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(GazetteerError, match="No space left on device"):
        install(target, make_small)
    assert (target / META).stat().st_ino == before
    assert [path.name for path in tmp_path.iterdir()] == ["index"]
    with pytest.raises(GazetteerError, match="No space left on device"):
        install(tmp_path / "first", make_small)
    assert not (tmp_path / "first").exists()


def age(path, days):
    os.utime(path, (time.time() - days * 86_400,) * 2)


def test_the_latest_default_indexes_stay(tmp_path):
    ages = {"gazetteer-v4-new": 9, "gazetteer-v4-a": 1, "gazetteer-v3-b": 2, "gazetteer-v3-c": 3, "gazetteer-v2-d": 4}
    ages |= {".gazetteer-v3-b.abcd_123.tmp": 2, ".gazetteer-v4-a.efgh4567.tmp": 0, "online": 5}
    for name, days in ages.items():
        (tmp_path / name).mkdir()
        age(tmp_path / name, days)
    (tmp_path / "gazetteer-v1-gone").symlink_to(tmp_path / "nowhere")  # as one that another process removed just now
    room._drop_old_indexes(tmp_path / "gazetteer-v4-new")
    left = {path.name for path in tmp_path.iterdir() if path.exists()}
    assert left == {
        "gazetteer-v4-new",
        "gazetteer-v4-a",
        "gazetteer-v3-b",
        ".gazetteer-v4-a.efgh4567.tmp",
        "online",
    }


def test_what_a_killed_builder_left_is_swept_a_day_later(tmp_path):
    target = tmp_path / "own.index"
    theirs = [".own.index.abcdefgh.tmp", ".own.index.abcdefgh.tmp.old", ".own.index.abcd1234.tmp"]
    others = [".own.index.notes.tmp", ".ownXindex.abcdefgh.tmp", "own.index.abcdefgh.tmp"]
    for name in theirs + others:
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").touch()
        age(tmp_path / name, 2 if name != theirs[2] else 0.5)
    install(target, make_small)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([theirs[2], *others, "own.index"])


def test_only_an_index_is_replaced(tmp_path):
    (tmp_path / "precious.txt").write_text("notes")
    with pytest.raises(GazetteerError, match="is no gazetteer index"):
        install(tmp_path, make_small)
    assert (tmp_path / "precious.txt").read_text() == "notes"


def test_builders_at_once_leave_one_whole_index(tmp_path):
    target, errors, gate = tmp_path / "index", [], threading.Barrier(6)

    def build():
        gate.wait()
        try:
            for _ in range(3):
                install(target, make_small)
        except Exception as error:  # noqa: BLE001  whatever it is fails the test
            errors.append(error)

    threads = [threading.Thread(target=build) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert index_info(target)["damaged"] == []
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_lock_that_a_killed_builder_left_stops_nobody(tmp_path):
    lock = tmp_path / ".index.lock"
    lock.touch()
    tomorrow = time.time() + 86_400
    os.utime(lock, (tomorrow, tomorrow))
    builder = threading.Thread(target=install, args=(tmp_path / "index", make_small), daemon=True)
    builder.start()
    builder.join(20)
    assert not builder.is_alive()
    assert [path.name for path in tmp_path.iterdir()] == ["index"]


def test_a_builder_that_hangs_is_not_waited_for_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "_LONGEST_WAIT_S", 0.05)
    held = alone(tmp_path / ".index.lock", wait_s=0, busy="")
    with held, pytest.raises(GazetteerError, match=r"index: another process has been replacing .* for 0\.05 s"):
        install(tmp_path / "index", make_small)
    install(tmp_path / "index", make_small)


HOLD = """
import sys, time
from pathlib import Path
from geoconflict.gazetteer.locks import alone
folder = Path(sys.argv[1])
for _ in range(int(sys.argv[2])):
    with alone(folder / "lock", wait_s=60, busy="busy"):
        mark = folder / "inside"
        mark.touch(exist_ok=False)
        time.sleep(0.001)
        mark.unlink()
"""


def test_a_lock_is_held_by_one_process_or_thread_at_a_time(tmp_path):
    (tmp_path / "lock").touch()
    os.utime(tmp_path / "lock", (0, 0))
    command = [sys.executable, "-c", HOLD, str(tmp_path), "60"]
    processes = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]
    assert [process.communicate(timeout=60)[1] for process in processes] == [""] * 4
    assert list(tmp_path.iterdir()) == []


def test_the_lock_of_a_killed_process_is_free(tmp_path):
    hold = "with alone(folder / 'lock', wait_s=0, busy=''): print(1, flush=True); time.sleep(60)"
    command = [sys.executable, "-c", HOLD.split("for ", maxsplit=1)[0] + hold, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline()
        with pytest.raises(GazetteerError, match="busy"), alone(tmp_path / "lock", wait_s=0.05, busy="busy"):
            pass
        process.kill()
    with alone(tmp_path / "lock", wait_s=5, busy="busy"):
        pass


def test_damage_is_found(small, tmp_path):
    install(tmp_path / "index", make_small)
    rows = tmp_path / "index" / ROWS
    content = bytearray(rows.read_bytes())
    content[-1] ^= 255
    rows.write_bytes(content)
    assert index_info(tmp_path / "index")["damaged"] == [ROWS]


def test_added_files_are_remembered_and_change_the_digest(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path))
    assert remembered_files() == ()
    files = (Added("places.csv", 3, "ab" * 32),)
    remember_files(files)
    assert remembered_files() == files
    assert sources_digest(files) != sources_digest()
    remember_files(())
    assert remembered_files() == ()


def test_files_that_cannot_be_remembered_are_an_error_that_leaves_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path))
    remember_files((Added("places.csv"),))

    def half(path, text, **_):
        path.write_bytes(text[:9].encode())
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(GazetteerError, match=r"added\.json: .*No space left on device.*free some space"):
        remember_files((Added("other.csv"),))
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == ["added.json"]
    monkeypatch.setenv("GEOCONFLICT_CACHE", str(tmp_path))
    assert remembered_files() == (Added("places.csv"),)


def test_package_versions_are_those_installed():
    assert package_versions() == {package: version(package) for package in package_versions()}


# ---- radii -------------------------------------------------------------------------------------------------------------
def test_city_radius_grows_with_people():
    assert kind_radius_m("city", 50_000) == 5_000
    assert kind_radius_m("city", 20_000_000) == 12_000
    assert 5_000 < kind_radius_m("city", 500_000) < 12_000
    assert [kind_radius_m(kind) for kind in ("camp", "neighbourhood", "village", "town")] == [500, 1_000, 1_500, 3_000]


def test_spread_across_the_date_line():
    area = spread([(179.0, -17.0), (-179.0, -18.0), (178.0, -18.0)], "admin1")
    assert area.extent is None
    assert abs(area.lon) > 178
    assert area.radius_m < 250_000
