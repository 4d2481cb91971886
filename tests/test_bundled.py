"""What the package carries: country outlines under two policies, disputed lines, curated rows."""

import warnings

import geopandas as gpd
import pytest
import shapely

from geoconflict import bundled
from geoconflict.errors import UsageError

# Capitals and border towns whose country is not disputed: (lon, lat) -> ISO 3166-1 alpha-2.
TOWNS = {
    (36.688, 36.308): "SY", (36.29, 33.51): "SY", (40.75, 36.50): "SY", (36.16, 36.20): "TR", (44.4, 33.3): "IQ",
    (30.52, 50.45): "UA", (37.62, 55.75): "RU", (35.51, 33.89): "LB", (32.53, 15.50): "SD", (-77.04, 38.9): "US",
    (178.44, -18.12): "FJ", (174.78, -41.29): "NZ",
}  # fmt: skip


def owner(outlines, lon, lat):
    return outlines.loc[outlines.contains(shapely.Point(lon, lat)), "iso2"].tolist()


@pytest.mark.parametrize("policy", bundled.BORDER_POLICIES)
def test_outlines_are_whole_and_hold_their_towns(policy):
    outlines = bundled.country_outlines(policy)
    assert outlines.crs == "EPSG:4326"
    assert outlines.is_valid.all()
    assert set(outlines.geom_type) <= {"Polygon", "MultiPolygon"}
    assert outlines["iso2"].dropna().is_unique
    assert {point: owner(outlines, *point) for point in TOWNS} == {point: [code] for point, code in TOWNS.items()}
    # No ring that touches the antimeridian runs round the world; only Antarctica does.
    parts = outlines.explode()
    wide = parts[(parts.bounds["maxx"] - parts.bounds["minx"]) > 170]
    assert set(wide["name"]) == {"Antarctica"}


def test_the_policies_differ_where_they_say():
    un, held = bundled.country_outlines("un"), bundled.country_outlines("de-facto")
    crimea = (34.2, 45.2)
    assert owner(un, *crimea) == ["UA"]
    assert owner(held, *crimea) == ["RU"]
    with pytest.raises(UsageError, match="'mine' is unknown"):
        bundled.country_outlines("mine")


def test_ground_the_resolutions_do_not_give_to_its_holder():
    """Security Council resolution 497 on the Golan, General Assembly resolution 34/37 on Western Sahara."""
    un, held, told = bundled.country_outlines("un"), bundled.country_outlines("de-facto"), bundled.reported_ground()
    for lon, lat, owner_un, holder in (
        (35.69, 32.99, "SY", "IL"),
        (35.694, 33.248, "SY", "IL"),
        (-13.2, 27.15, "EH", "MA"),
    ):
        assert owner(un, lon, lat) == [owner_un]
        assert owner(held, lon, lat) == [holder]
        assert [code for code in owner(told, lon, lat) if isinstance(code, str)] == []  # no town report speaks for it
    # West of the line of 1923, north of 27 degrees 40 minutes, east of the berm nothing changes.
    for lon, lat, code in (
        (35.57, 33.21, "IL"),
        (35.652, 33.238, "IL"),
        (35.639, 32.782, "IL"),
        (-10.0, 28.5, "MA"),
        (-10.6, 26.15, "EH"),
    ):
        assert owner(un, lon, lat) == owner(held, lon, lat) == owner(told, lon, lat) == [code]


def test_a_caller_cannot_change_what_the_next_one_gets():
    first = bundled.country_outlines()
    first["iso2"] = "XX"
    assert "SY" in set(bundled.country_outlines()["iso2"])


def test_disputed_lines_are_named():
    lines = bundled.disputed_lines()
    assert {"Israel - Syria", "Russia - Ukraine", "Kosovo - Serbia"} <= set(lines["name"])
    assert (shapely.length(lines.geometry.values) > 0).all()


def test_the_border_file_says_where_it_comes_from():
    about = bundled._borders()["about"]
    for word in ("world-atlas@", "Natural Earth", "public domain", "scripts/make_borders.py"):
        assert word in about


def test_curated_rows_are_read_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert any(row["name"] == "Atmeh" for row in bundled.curated_rows("places.csv"))


@pytest.mark.shared
def test_syria_under_the_resolutions_reaches_as_far_as_ochas_own_outline(shared):
    ocha = gpd.read_file(shared / "gazetteer" / "syr_admbnda_adm0_uncs_unocha.json").geometry.union_all()
    syria = bundled.country_outlines("un").set_index("iso2").geometry["SY"]
    golan = shapely.box(35.6, 32.75, 35.8, 33.24)
    apart = gpd.GeoSeries([syria, ocha], crs=4326).intersection(golan).to_crs("EPSG:6933")
    assert apart[0].symmetric_difference(apart[1]).area < 0.05 * apart[1].area
