"""Paper: of very many events the first are printed, and how many are not is said."""

import pandas as pd
import pytest
from page_layers import event, event_layer

from geoconflict.maps import render_map

pytestmark = [pytest.mark.browser, pytest.mark.enable_socket]


def test_paper_of_very_many_events_has_the_first_and_counts_the_others(tab, tmp_path):
    one = event_layer([event(1, "2022-02-03", "Battles", "Idlib", "It is said.", lon=36.6, lat=35.9)])
    layer = pd.concat([one] * 100_000, ignore_index=True)
    layer["event_id"] = [f"e{k}" for k in range(len(layer))]
    path = tmp_path / "many.html"
    render_map(layer).save(path)
    tab.open(path)
    tab.run("window.dispatchEvent(new Event('beforeprint'))")
    assert tab.complaints == []
    assert tab.run("document.querySelectorAll('#printed li').length") == 500
    assert tab.run("document.querySelector('#printed h2').textContent") == "The 100,000 events shown"
    assert "99,500 more events are not printed" in tab.run("document.getElementById('printed').textContent")
    tab.run("window.dispatchEvent(new Event('afterprint'))")
    assert tab.run("document.getElementById('printed').childElementCount") == 0
