"""What an event keeps of how it came about: its sentences word for word, and why its place was read so."""

from dataclasses import replace

import pytest
from event_texts import SARMIN, article, event, resolutions

from geoconflict.events import extract_events, merge_events
from geoconflict.files import read_events, write_layer
from geoconflict.links import events_to_layer
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Candidate, Evidence, Place

RAID = """3 February 2022

Jets bombed the town of Sarmin in Idlib on Thursday, killing four people. Rescue workers said two of the dead were children."""
CITY = Place("t:city", "Raqqa", "city", 39.01, 35.95, 8_000, "SY", "Raqqa")


def test_evidence_is_word_for_word_what_the_article_says_there():
    found = extract_events(article(RAID), resolutions(RAID))
    spans = [span for one in found for span in one.evidence]
    assert [span.text for span in spans] == [RAID[span.start : span.end] for span in spans]
    assert spans[0].text.startswith("Jets bombed the town of Sarmin")


def test_a_merged_event_keeps_every_sentence_and_the_reason_of_the_place_it_has():
    wide = replace(SARMIN, radius_m=3_500)
    first = event("e1", article="a", place=wide, evidence=(Evidence("a", 0, 5, "Jets."),), place_reason="wider")
    second = event("e2", article="b", evidence=(Evidence("b", 3, 9, "Raid."),), place_reason="by hand",
                   place_candidates=(Candidate(CITY, 0.2, "exact name"),))  # fmt: skip
    (merged,) = merge_events([first, second])
    assert [one.text for one in merged.evidence] == ["Jets.", "Raid."]
    assert (merged.place, merged.place_reason) == (second.place, "by hand")
    assert merged.place_candidates == second.place_candidates


def test_a_place_says_why_it_was_read_so_and_which_it_beat(gazetteer):
    text = "3 February 2022\n\nIn Syria, clashes killed nine fighters in Raqqa on Thursday. Others died in Aleppo on Friday."
    one = article(text)
    (raqqa, *_) = extract_events(one, resolve_places(one, find_mentions(one, gazetteer), gazetteer))
    assert "names in this text are of Syria" in raqqa.place_reason
    assert raqqa.place_candidates
    assert all(beaten.place.id != raqqa.place.id for beaten in raqqa.place_candidates)


def test_a_finer_name_no_list_has_is_said_in_the_reason():
    text = "3 February 2022\n\nJets bombed al-Nahda hospital in Daraa on Thursday, killing two nurses."
    (one,) = extract_events(article(text), resolutions(text))
    assert one.place_reason == "by hand; al-Nahda hospital, which the text names, is in no list"


@pytest.mark.parametrize("ending", [".geojson", ".csv", ".parquet", ".jsonl", ".gpkg"])
def test_the_trail_comes_back_from_a_file(tmp_path, ending):
    told = event(evidence=(Evidence("a", 0, 10, 'He said: "Jets,\nthen shells."'),), place_reason="exact name",
                 place_candidates=(Candidate(CITY, 0.2, "exact name"),))  # fmt: skip
    layer = events_to_layer([told])
    write_layer(layer, tmp_path / f"events{ending}")
    back = read_events(tmp_path / f"events{ending}").iloc[0]
    assert list(back["evidence"]) == [{"article": "a", "start": 0, "end": 10, "text": 'He said: "Jets,\nthen shells."'}]
    assert back["place_reason"] == "exact name"
    assert list(back["place_candidates"]) == layer["place_candidates"].iloc[0]


def test_a_table_without_sentences_leaves_them_out(tmp_path):
    layer = events_to_layer([event(evidence=(Evidence("a", 0, 10),))]).drop(
        columns=["place_reason", "place_candidates"]
    )
    write_layer(layer, tmp_path / "events.parquet")
    back = read_events(tmp_path / "events.parquet")
    assert back["evidence"].iloc[0] == [{"article": "a", "start": 0, "end": 10}]
    assert back["place_reason"].isna().all()
    assert back["place_candidates"].tolist() == [[]]
