"""Six stills look as they did when somebody last looked at them; `scripts/make_goldens.py` draws them anew."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image
from still_goldens import GOLDENS, MOST_BYTES, difference, lines_of, looks_alike, moved_lines, small, stored

FOLDER = Path(__file__).parent / "data" / "goldens"
SEEN = {  # what is drawn on each level, so that a level that is lost has a name
    1.1: "coasts", 1.4: "rivers", 2.0: "held ground", 2.1: "its hatch", 2.5: "fronts", 4.0: "borders", 4.5: "dots of towns",
    5.0: "outlines of areas", 7.0: "camps", 8.0: "events", 9.1: "scale bar", 10.0: "inset", 16.0: "frame in the inset",
}  # fmt: skip


@pytest.mark.parametrize("name", GOLDENS)
def test_a_still_looks_as_its_golden(name, tmp_path):
    still = GOLDENS[name]()
    golden, drawn = Image.open(FOLDER / f"{name}.png"), small(still)
    if golden.size != drawn.size:
        drawn.save(tmp_path / f"{name}.png")
        pytest.fail(f"{name} is {drawn.size} now and was {golden.size}; look at {tmp_path / f'{name}.png'}")
    mean, changed, picture = difference(golden, drawn)
    if not looks_alike(golden, drawn):
        picture.save(tmp_path / f"{name}-difference.png")
        pytest.fail(
            f"{name}: in the worst tile mean difference {mean:.1f}, {changed:.1%} of the pixels changed; golden, drawn and "
            f"difference are in {tmp_path / f'{name}-difference.png'}; scripts/make_goldens.py {name} if it is meant"
        )
    lines = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    assert moved_lines(lines, lines_of(still)) == []


def test_goldens_are_small_and_all_there():
    files = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(files) == {path.stem for path in FOLDER.glob("*.json")} == set(GOLDENS)
    assert max(files.values()) <= MOST_BYTES


def test_the_comparison_sees_each_line_and_each_kind_of_symbol_lost_and_not_fewer_colours():
    still = GOLDENS["phone"]()
    drawn = small(still)
    kept = Image.open(io.BytesIO(stored(drawn)))
    assert looks_alike(kept, drawn)
    groups = {}
    for artist in still.sheet.figure.axes[0].get_children():
        number = artist.get_gid()
        what = f"line {number}" if number else SEEN.get(round(artist.get_zorder(), 1))
        groups.setdefault(what, []).append(artist)
    groups.pop(None)  # halos, tints within tints and what lies under a swatch: not to be told apart at this size
    assert set(SEEN.values()) < set(groups)
    unseen = []
    for what, artists in groups.items():
        for artist in artists:
            artist.set_visible(False)
        if looks_alike(kept, small(still)):
            unseen.append(what)
        for artist in artists:
            artist.set_visible(True)
    assert unseen == []
    shifted = drawn.copy()
    shifted.paste(drawn, (2, 0))
    assert not looks_alike(kept, shifted)


def test_the_lines_of_a_golden_tell_a_label_lost_and_one_moved():
    lines = json.loads((FOLDER / "articles.json").read_text(encoding="utf-8"))
    for number, line in enumerate(lines):
        without = lines[:number] + lines[number + 1 :]
        assert moved_lines(lines, without) == [("lost", *line)]
        role, text, left, *rest = line
        elsewhere = [role, text, left + 12, *rest]
        assert len(moved_lines(lines, [*without, elsewhere])) == 2
