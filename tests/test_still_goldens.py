"""Six stills look as they did when somebody last looked at them; `scripts/make_goldens.py` draws them anew."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from still_goldens import CHANGED_SHARE, GOLDENS, MEAN_DIFFERENCE, MOST_BYTES, difference, small, stored

FOLDER = Path(__file__).parent / "data" / "goldens"


@pytest.mark.parametrize("name", GOLDENS)
def test_a_still_looks_as_its_golden(name, tmp_path):
    golden, drawn = Image.open(FOLDER / f"{name}.png"), small(GOLDENS[name]())
    if golden.size != drawn.size:
        drawn.save(tmp_path / f"{name}.png")
        pytest.fail(f"{name} is {drawn.size} now and was {golden.size}; look at {tmp_path / f'{name}.png'}")
    mean, changed, picture = difference(golden, drawn)
    if mean > MEAN_DIFFERENCE or changed > CHANGED_SHARE:
        picture.save(tmp_path / f"{name}-difference.png")
        pytest.fail(
            f"{name}: mean difference {mean:.1f}, {changed:.1%} of the pixels changed; golden, drawn and difference are "
            f"in {tmp_path / f'{name}-difference.png'}; scripts/make_goldens.py {name} if it is meant"
        )


def test_goldens_are_small_and_all_there():
    files = {path.stem: path.stat().st_size for path in FOLDER.glob("*.png")}
    assert set(files) == set(GOLDENS)
    assert max(files.values()) <= MOST_BYTES


def test_the_comparison_sees_a_lost_headline_and_a_shift_and_not_fewer_colours():
    drawn = Image.open(FOLDER / "articles.png").convert("RGB")
    kept = Image.open(io.BytesIO(stored(drawn)))
    mean, changed, _ = difference(drawn, kept)
    assert mean <= MEAN_DIFFERENCE
    assert changed <= CHANGED_SHARE
    marked = drawn.copy()
    ImageDraw.Draw(marked).rectangle((10, 8, 300, 32), fill=(255, 255, 255))
    assert difference(drawn, marked)[1] > CHANGED_SHARE
    shifted = drawn.copy()
    shifted.paste(drawn, (2, 0))
    assert difference(drawn, shifted)[1] > CHANGED_SHARE
