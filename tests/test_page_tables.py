"""Event tables of others on the page and the still: types of violence, outlets, coalitions, slips, short credits."""

import csv
import io
import json
import re

import pytest
from browser import chromium, new_tab
from page_layers import camp_layer

from geoconflict.files import read_events
from geoconflict.maps import render_map, render_still
from geoconflict.maps.symbols import KINDS

DAY = "2017-01-01,2017-01-01,1"
HEAD = "id,type_of_violence,date_start,date_end,date_prec,latitude,longitude,where_prec,country,where_coordinates"
ROWS = [
    f'a,1,{DAY},36.2,37.1,1,Syria,Aleppo town,"Ahrar al-Sham, HTS, Southern Front",IS,60,60,59,"""SOHR,2017-01-01,Clashes near a town"""',
    f'b,2,{DAY},36.6,37.05,1,Syria,Azaz town,Ahrar al-Sham,HTS,1,1,1,"""SOHR,2017-01-02,Rivals clash again"""',
    f'c,3,{DAY},36.5,37.9,1,Syria,Manbij town,IS,Civilians,2,2,2,"""Reuters News,2017-01-03,Dead found"""',
]


@pytest.fixture(scope="module")
def layer(tmp_path_factory):
    path = tmp_path_factory.mktemp("ged") / "ged.csv"
    head = f"{HEAD},side_a,side_b,low,best,high,source_article"
    path.write_text("\n".join([head, *ROWS]) + "\n", encoding="utf-8")
    return read_events(path)


@pytest.fixture(scope="module")
def tab(layer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("page")
    render_map(layer, camps=camp_layer(), title="Table").save(folder / "table.html")
    with chromium() as address, new_tab(address) as opened:
        opened.open(folder / "table.html", width=1280, height=800)
        opened.folder = folder
        yield opened


def test_the_still_names_ucdp_s_types_and_draws_them_apart(layer):
    still = render_still(layer, title="Table")
    key = [words for _, words in still.layout.pictures[0].spots.key(generalised=False)]
    assert key[:3] == ["Violence against civilians", "State-based violence", "Non-state violence"]
    assert "State-based violence" in still.alt_text
    assert "60 reported killed (the source gives low 60, high 59)" in still.alt_text
    outlines = [tuple(map(tuple, path.vertices)) for path in KINDS.values()]
    assert len(set(outlines)) == len(outlines)


@pytest.mark.browser
@pytest.mark.enable_socket
def test_key_types_search_outlets_and_members_on_the_page(tab):
    key = tab.run("[...document.querySelectorAll('#key-types bdi')].map(one => one.textContent)")
    assert key == ["Violence against civilians", "State-based violence", "Non-state violence"]
    shapes = tab.run("document.querySelectorAll('#key-types canvas').length")
    assert shapes == 3
    tab.run(
        "document.getElementById('filters').open = true; for (const one of ['source', 'actor']) document.querySelector(`[data-facet=${one}]`).open = true"
    )
    tab.settle()
    tab.settle()

    def facet(name):
        rows = f"[...document.querySelectorAll('[data-facet={name}] li')].map(row => [row.querySelector('bdi').textContent, row.querySelector('.amount').textContent])"
        return dict(tab.run(rows))

    assert facet("source") == {"SOHR": "2", "Reuters News": "1"}
    actors = facet("actor")
    assert (actors["Ahrar al-Sham"], actors["HTS"], actors["Southern Front"]) == ("2", "2", "1")
    assert not any(", " in name for name in actors)
    search = "(() => { const s = document.getElementById('search'); s.value = 'SOHR'; s.dispatchEvent(new Event('input')); })()"
    tab.run(search)
    tab.settle()
    tab.settle()
    assert tab.run("document.querySelectorAll('#list > li').length") == 2


@pytest.mark.browser
@pytest.mark.enable_socket
def test_card_tells_slips_and_the_outlet_and_files_hold_what_the_table_has(tab):
    tab.open(tab.folder / "table.html", fragment="#e=a", width=1280, height=800)
    card = tab.run("document.querySelector('.card').textContent")
    assert "60 (the source gives low 60, high 59)" in card
    assert "SOHR, 1 Jan 2017: Clashes near a town" in card
    assert "Ahrar al-Sham, HTS, Southern Front" in card
    data = render_map(read_events_of(tab), title="Table").get_root().render()
    events = json.loads(re.search(r'id="gc-cards"[^>]*>(.*?)</script>', data, re.DOTALL)[1])
    assert events["event_type"] == [None, None, "Violence against civilians"]


def read_events_of(tab):
    path = tab.folder / "again.csv"
    out = io.StringIO()
    csv.writer(out).writerows(
        csv.reader(io.StringIO("\n".join([f"{HEAD},side_a,side_b,low,best,high,source_article", *ROWS])))
    )
    path.write_text(out.getvalue(), encoding="utf-8")
    return read_events(path)


def test_camps_are_credited_by_list_and_not_by_row(layer):
    camps = camp_layer()
    camps["source"] = [f'A list (2021) SYRs{row:06d} "Camp {row}"' for row in range(len(camps))]
    credited = render_map(layer, camps=camps, title="Table").page["credits"]["Camps"]
    assert credited == ["A list (2021)"]
