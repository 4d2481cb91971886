"""`gazetteer` on the command line: what is inside an index, and where it is from."""

import json
import shutil

from click.testing import CliRunner

from geoconflict.cli import cli
from geoconflict.gazetteer import index_info


def run(*arguments):
    return CliRunner().invoke(cli, ["gazetteer", *map(str, arguments)], standalone_mode=False)


def test_info_says_sources_dates_licences_and_counts(gazetteer):
    done = run("info")
    assert done.return_value == 0
    facts = index_info(gazetteer.folder)
    for source in facts["sources"]:
        assert source["name"] in done.output
        assert source["licence"] in done.output
        assert source["version"] in done.output
    assert f"built {facts['built']}" in done.output
    assert f"{facts['counts']['places']:,} places" in done.output
    assert f"{facts['counts']['village']:,}" in done.output
    assert "{" not in done.output, "for a person"
    assert {"folder", "sources", "counts", "added", "damaged"} <= set(json.loads(run("info", "--json").output))


def test_info_tells_a_damaged_index(gazetteer, tmp_path):
    shutil.copytree(gazetteer.folder, tmp_path / "index")
    words = tmp_path / "index" / "words.marisa"
    data = bytearray(words.read_bytes())
    data[-1] ^= 1
    words.write_bytes(data)
    done = run("info", "--gazetteer", tmp_path / "index")
    assert done.return_value == 1, "the exit code"
    assert "damaged: words.marisa; build it anew" in done.output


def test_search_as_json(gazetteer):
    known, unknown = json.loads(run("search", "Tanf", "Xqzzvw", "--json").output)
    assert (known["name"], unknown) == ("Tanf", {"name": "Xqzzvw", "candidates": []})
    assert all(one["source"] for one in known["candidates"])
