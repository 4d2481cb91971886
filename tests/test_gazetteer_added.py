"""Files the user adds that are broken or built to do harm: one clear line each."""

import zipfile

import pytest

from geoconflict.errors import InputError
from geoconflict.gazetteer.added import LONGEST_LINE, read_places
from geoconflict.gazetteer.rows import Collection


def archive(path, text):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("SY.txt", text)
    return path


def feature_collection(path, feature):
    path.write_text('{"type": "FeatureCollection", "features": [' + feature + "]}", encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(InputError) as problem:
        read_places(path, Collection())
    assert str(path) in str(problem.value)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_one_line_of_gigabytes_in_a_small_archive(tmp_path):
    path = archive(tmp_path / "bomb.zip", "a" * (40 * LONGEST_LINE))
    assert path.stat().st_size < 100_000
    assert "longer than" in refused(path)


def test_an_archive_broken_in_the_middle(tmp_path):
    path = archive(tmp_path / "broken.zip", "\n".join(f"{n}\tname{n * n}" for n in range(20_000)))
    data = bytearray(path.read_bytes())
    data[2000:2200] = bytes(200)
    path.write_bytes(data)
    refused(path)


@pytest.mark.parametrize(
    "feature",
    [
        '{"properties": {"name": "x"}, "geometry": "x"}',
        '{"properties": {"name": "x"}, "geometry": {"type": "Point", "coordinates": [1]}}',
        '{"properties": [1], "geometry": {"type": "Point", "coordinates": [1, 2]}}',
        "[" * 100_000,
    ],
)
def test_geojson_that_is_none(tmp_path, feature):
    refused(feature_collection(tmp_path / "f.geojson", feature))
