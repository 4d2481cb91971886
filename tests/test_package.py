"""The package from outside: its public names, its version, its wheel."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

import geoconflict

ROOT = Path(__file__).parents[1]

ARTICLE = (
    "Atmeh, 3 February 2022 - Special forces of the United States raided a house near Atmeh in Idlib province on "
    "Thursday. The Syrian Observatory for Human Rights said 13 people were killed, seven of them civilians.\n"
)


def test_the_python_of_the_readme_runs_as_written(tmp_path, monkeypatch, gazetteer):
    section = (ROOT / "README.md").read_text(encoding="utf-8").split("## In Python\n", 1)[1].split("\n## ", 1)[0]
    lines = [line[4:] for line in section.splitlines() if line.startswith("    ") or not line]
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names = {}
    exec(compile("\n".join(lines), "README.md", "exec"), names)
    assert len(names["layer"]) > 3
    assert names["layer"]["zone_controller"].notna().any()
    assert (tmp_path / "map.html").stat().st_size > 100_000
    ends = names["layer"].loc[names["layer"]["status"] == "event", "date_end"]
    assert str(ends.dropna().max()) in names["days"], "the page opens at a day without zones"


@pytest.mark.parametrize("name", sorted(set(geoconflict.__all__) - {"__version__"}))
def test_every_public_name_can_be_imported_and_is_documented(name):
    assert getattr(geoconflict, name).__doc__, f"{name} has no docstring"


def test_unknown_names_are_refused():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        geoconflict.nothing  # noqa: B018


def test_importing_a_room_does_not_hide_a_public_function():
    code = "import geoconflict.protection, geoconflict; assert callable(geoconflict.protect)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, geoconflict; print(sorted({'pandas', 'numpy', 'folium', 'shapely', 'click'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_the_built_wheel_draws_a_map_in_an_empty_folder(tmp_path):
    """The wheel alone, in an environment of its own, without the checkout in sight."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path / "dist", ROOT],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    wheel = next((tmp_path / "dist").glob("*.whl"))
    place = tmp_path / "env"
    venv.create(place, with_pip=False)
    site = next((place / "lib").glob("python3*")) / "site-packages"
    # The dependencies are those of this environment; only geoconflict itself comes from the wheel.
    (site / "dependencies.pth").write_text(
        "".join(f"{path}\n" for path in sys.path if path.endswith("site-packages")), encoding="utf-8"
    )
    install = [sys.executable, "-m", "pip", "--python", place, "install", "-q", "--no-deps", "--no-index", wheel]
    subprocess.run(install, check=True, capture_output=True)
    work = tmp_path / "work"
    work.mkdir()
    (work / "report.txt").write_text(ARTICLE, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [place / "bin" / "geoconflict", "map", "report.txt", "-o", "map.html", "--json"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert any("Atm" in event["place"] for event in found["events"]), found
    where = subprocess.run(
        [place / "bin" / "python", "-c", "import geoconflict; print(geoconflict.__file__)"],
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(site) in where.stdout
    page = (work / "map.html").read_text(encoding="utf-8")
    assert "Special forces of the United States raided" in page
