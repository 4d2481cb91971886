"""Events read off whole texts: what is asserted, where, when, who, and the roles of the places named."""

import datetime as dt

import pytest
from event_texts import ALEPPO, IDLIB, SARMIN, SYRIA, article, gold_articles, resolutions
from hypothesis import given
from hypothesis import strategies as st

from geoconflict.events import extract_events, merge_events, with_roles
from geoconflict.events.lexicon import fold, kinds, trigger_rows
from geoconflict.records import event_id

DATE = "3 February 2022\n\n"


def events(text, *, actors=(), unknown=(), status="event", **more):
    found = extract_events(article(text, **more), resolutions(text, actors=actors, unknown=unknown))
    return [e for e in found if e.status == status]


def only(text, **more):
    found = events(text, **more)
    assert len(found) == 1, [e.summary for e in found]
    return found[0]


@pytest.mark.parametrize(
    ("sentence", "sub"),
    [
        ("Russian jets bombed the town of Sarmin on Thursday, killing 8 people.", "Air/drone strike"),
        ("Artillery shelling killed 3 people in Sarmin on Thursday.", "Shelling/artillery/missile attack"),
        ("A car bomb exploded in Sarmin on Thursday and killed 5 people.", "Remote explosive/landmine/IED"),
        ("A suicide bomber blew himself up in Sarmin on Thursday.", "Suicide bomb"),
        ("Clashes between rebels and the Syrian army killed 9 fighters in Sarmin on Thursday.", "Armed clash"),
        ("Rebels captured the town of Sarmin on Thursday.", "Non-state actor overtakes territory"),
        (
            "The Syrian army recaptured the town of Sarmin on Thursday after heavy losses.",
            "Government regains territory",
        ),
        ("Gunmen kidnapped two doctors in Sarmin on Thursday.", "Abduction/forced disappearance"),
        ("Hundreds of people protested in Sarmin on Thursday against the rise of prices.", "Peaceful protest"),
        ("Chlorine gas was dropped on Sarmin on Thursday, killing 6 people.", "Chemical weapon"),
        ("A drone hit a car in Sarmin on Thursday, killing one man.", "Air/drone strike"),
    ],
)
def test_kinds(sentence, sub):
    found = only(DATE + sentence)
    assert (found.sub_event_type, found.event_type) == (sub, kinds()[sub].event_type)
    assert found.place == SARMIN
    assert found.date.first == found.date.last == dt.date(2022, 2, 3)
    assert found.summary == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "The army denied that it had bombed Sarmin on Thursday.",
        "Rebels threatened to attack Sarmin.",
        "If jets bomb Sarmin, many people could be killed.",
        "Russian jets frequently bomb Sarmin.",
        "There was no confirmation of an attack in Sarmin.",
        "Officials discussed how to prevent an attack on Sarmin.",
        "The town of Sarmin, seized by rebels, has many schools.",
    ],
)
def test_what_is_not_asserted_is_no_event(sentence):
    assert events(DATE + sentence) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Measles has killed 19 children in Sarmin since the weekend, doctors said.",
        "Two minibuses collided in Aleppo on Thursday, killing 11 people.",
        "Heavy floods swept through Sarmin on Thursday and left 16 dead.",
        "A blaze in a wedding hall in Aleppo killed 33 guests on Thursday.",
        "A gas cylinder exploded in a kitchen in Sarmin on Thursday, killing three people.",
        "Volunteers in Aleppo have been battling tuberculosis; 40 people died in Daraa.",
        "Officers ran a drill in Daraa on Thursday in which a rocket attack killed 50 people.",
        "Rescuers held a drill in Daraa on Thursday. The rocket attack killed 50 people and wounded 90.",
        "The film about the siege of Aleppo, in which 200 soldiers are killed, opened in Daraa on Thursday.",
        "Aleppo won a fierce battle against Daraa on Thursday, their attack led by a midfielder, 31, who was injured.",
        "Shares in Aleppo came under attack on Thursday as investors clashed over prices.",
        "An explosion of colour filled Sarmin on Thursday.",
        "The minister came under fire in Aleppo on Thursday over the budget.",
        "A man died in Sarmin on Thursday.",
    ],
)
def test_other_causes_games_and_figures_of_speech_are_no_conflict(sentence):
    assert extract_events(article(DATE + sentence), resolutions(DATE + sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Gunmen killed 4 people at a football ground in Sarmin on Thursday.",
        "Shells hit a cholera clinic in Sarmin on Thursday, killing 4 people in an artillery strike.",
        "A blast in a market in Sarmin on Thursday killed 4 people.",
        "Four people were killed in clashes in Sarmin on Thursday.",
        "Four soldiers were killed in Sarmin on Thursday.",
        "Four people were killed in a shooting at a wedding in Sarmin on Thursday.",
        "Mortar fire on the opera house and a film studio in Sarmin on Thursday killed 4 people.",
        "Poison gas was used in Sarmin on Thursday, killing 4 people.",
        "A bomb exploded in Sarmin on Thursday. Four people were killed.",
        "A helicopter crashed in Sarmin on Thursday after it was shot down by rebels, killing 4 people.",
    ],
)
def test_violence_beside_such_words_is_still_an_event(sentence):
    assert only(DATE + sentence).fatalities.best == 4


def test_without_a_date_of_its_own_an_event_has_no_year():
    found = only(
        "Troops of the US-led coalition raided a farm on Thursday and killed at least 12 people close to the city of Sarmin, residents said."
    )
    assert found.date.first is None
    assert found.date.weekday == 3
    assert (found.place_relation, found.where_prec, found.radius_m) == ("near", 2, 10_000)
    assert (found.fatalities.low, found.fatalities.best, found.fatalities.high) == (12, 12, None)


def test_an_undated_event_of_a_dated_report_is_inferred_to_be_of_its_day_or_the_day_before():
    found = only(DATE + "Air strikes killed 12 people in Sarmin.")
    assert (found.date.first, found.date.last) == (dt.date(2022, 2, 2), dt.date(2022, 2, 3))
    assert found.date.inferred
    assert found.date.rule.startswith("published:")


def test_an_older_raid_is_background_with_its_own_date():
    text = (
        DATE
        + "Special forces carried out a raid in Sarmin on Thursday that left 13 dead.\n\nA group leader died in a US raid in Atmeh in 2019."
    )
    assert only(text).date.first == dt.date(2022, 2, 3)
    (old,) = events(text, status="background")
    assert (old.date.first, old.date.last) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))
    assert old.place.name == "Atmeh"


@pytest.mark.parametrize(
    "text",
    [
        "Families held a vigil in Sarmin on Thursday for the air strike of 5 March 2015 that killed 60 people.",
        "Sarmin on Thursday commemorated those killed when jets bombed the town on 5 March 2015.",
    ],
)
def test_what_is_remembered_is_background_with_its_own_day(text):
    assert events(DATE + text) == []
    (old,) = events(DATE + text, status="background")
    assert (old.place, old.date.first) == (SARMIN, dt.date(2015, 3, 5))


def test_mourners_hit_are_an_event():
    text = DATE + "Shells hit a vigil for fallen fighters in Sarmin on Thursday and killed 6 mourners."
    assert only(text).fatalities.best == 6


def test_a_march_on_the_day_of_remembrance_is_of_its_own_day_and_has_no_dead():
    found = only(
        DATE + "Hundreds protested in Sarmin on Thursday on the anniversary of the strike that killed 60 people."
    )
    assert (found.date.first, found.fatalities.best) == (dt.date(2022, 2, 3), None)


def test_two_places_on_two_days_are_two_events():
    text = (
        DATE
        + "Air strikes killed 4 people in Sarmin on Thursday.\n\nAir strikes had killed 7 people in Aleppo on Tuesday."
    )
    assert [(e.place.name, str(e.date.first), e.fatalities.best) for e in events(text)] == [
        ("Sarmin", "2022-02-03", 4),
        ("Aleppo", "2022-02-01", 7),
    ]


def test_a_round_up_keeps_its_incidents_apart():
    text = (
        DATE
        + "- In Sarmin, shelling killed 2 people.\n- In Aleppo, air strikes killed 5 people.\n- In Daraa, gunmen killed a policeman.\n"
    )
    assert [(e.place.name, e.fatalities.best) for e in events(text)] == [("Sarmin", 2), ("Aleppo", 5), ("Daraa", 1)]


def test_the_head_of_a_round_up_does_not_glue_its_incidents():
    text = (
        DATE
        + "Shelling killed 6 people in Sarmin, Aleppo and Daraa on Thursday. In Sarmin, shelling killed 2 people. "
        + "In Aleppo, shelling killed 3 people. In Daraa, shelling killed one man."
    )
    assert [(e.place.name, e.fatalities.best) for e in events(text)] == [("Sarmin", 2), ("Aleppo", 3), ("Daraa", 1)]


def test_an_event_known_only_to_its_province_says_so():
    found = only(DATE + "Russian jets bombed a village in Idlib on Thursday, killing 8 people.")
    assert (found.place, found.where_prec, found.radius_m) == (IDLIB, 4, 42_000)


def test_no_place_is_taken_from_the_wire_dateline():
    text = "BEIRUT (Reuters) - Air strikes killed 8 people in northern Syria on Thursday, a monitor said."
    assert only(DATE + text).place == SYRIA


@pytest.mark.parametrize(
    "text",
    [
        "ALEPPO, 3 February 2022 (Agency) - Gunmen killed 4 farmers near Tel Noon on Thursday.",
        "ALEPPO, Syria, Feb 3, 2022 - Gunmen killed 4 farmers in the village of Tel Noon, an official in Aleppo said.",
        "3 February 2022\n\nGunmen killed 4 farmers in Tel Noon on Thursday. The attackers were from Aleppo, a doctor said.",
        "3 February 2022\n\nGunmen killed 4 farmers in Tel Noon on Thursday, residents of Aleppo said.",
        "3 February 2022\n\nA monitor based in Aleppo said gunmen killed 4 farmers on Thursday.",
        "3 February 2022\n\nGunmen killed 4 farmers on Thursday, a medic in Aleppo said.",
        "ALEPPO, (Agency) - Gunmen killed 4 farmers in Tel Noon on Thursday.",
    ],
)
def test_a_place_nobody_could_resolve_is_not_replaced_by_a_town_named_elsewhere(text):
    assert only(text, unknown=["Tel Noon"]).place in (None, SYRIA)


def test_beside_a_place_nobody_could_resolve_the_area_named_holds():
    found = only(
        DATE + "Gunmen killed 4 farmers in Tel Noon in Idlib on Thursday. Aleppo was calm.", unknown=["Tel Noon"]
    )
    assert found.place == IDLIB


def test_a_quarter_nobody_could_resolve_leaves_its_town():
    text = DATE + "Gunmen killed 4 people in the Noon district of Aleppo on Thursday."
    assert only(text, unknown=["Noon"]).place == ALEPPO


def test_the_town_a_report_was_filed_from_counts_where_the_event_is_told_there():
    assert only("ALEPPO, 3 February 2022 (Agency) - Gunmen killed 4 people in Aleppo on Thursday.").place == ALEPPO
    assert only("ALEPPO, 3 February 2022 (Agency) - Gunmen killed 4 people here on Thursday.").place == ALEPPO


def test_roles_of_the_places():
    text = (
        DATE
        + "Russia launched air strikes on Sarmin in Idlib on Thursday, killing 8, near the border with Turkey.\n\nSchools in Aleppo stayed open."
    )
    found = resolutions(text, actors=("Russia",))
    extracted = extract_events(article(text), found)
    roles = {r.mention.text: r.role for r in with_roles(found, extracted)}
    assert roles == {
        "Russia": "actor",
        "Sarmin": "event",
        "Idlib": "event_area",
        "Turkey": "near_reference",
        "Aleppo": "background",
    }
    assert [r.mention for r in with_roles(found, extracted)] == [r.mention for r in found]


def test_actors_by_alias_by_demonym_and_by_day():
    before, after = (
        only(f"{day}\n\nThe Syrian army shelled Sarmin on Thursday, killing 3 people.").actors[0].canonical
        for day in ("3 February 2022", "6 February 2025")
    )
    assert (before, after) == ("Syrian Arab Army", "Syrian Armed Forces (2024-)")
    strike = only(DATE + "Russian jets killed eight fighters of Hayat Tahrir al-Sham in Sarmin on Thursday.")
    roles = {a.canonical: a.role for a in strike.actors}
    assert roles["Russian Armed Forces"] == "perpetrator"
    assert roles["Hayat Tahrir al-Sham"] == "target"
    assert strike.type_of_violence == 1


def test_an_offensive_that_began_runs_to_the_report():
    text = "December 1st 2024.\nRebels captured villages around Aleppo. The offensive began on Wednesday, and more than 240 people have died in it, at least 15 civilians among them."
    found = only(text)
    assert (found.date.first, found.date.last, found.date.precision) == (
        dt.date(2024, 11, 27),
        dt.date(2024, 12, 1),
        "range",
    )
    assert (found.fatalities.best, found.civilian_fatalities.best, found.place) == (240, 15, ALEPPO)


def test_the_lead_holds_the_newest_count_unless_the_text_says_it_rose():
    lead = (
        DATE + "Air strikes killed 25 people in Sarmin on Thursday, the ministry said. The observatory counted 21 dead."
    )
    assert only(lead).fatalities.best == 25
    rose = (
        DATE
        + "Air strikes killed 21 people in Sarmin on Thursday, the ministry said. The death toll has since risen to 25."
    )
    assert only(rose).fatalities.best == 25


def test_the_event_keeps_its_trail():
    text = DATE + "Air strikes killed 8 people in Sarmin on Thursday."
    made = only(text, title="T", url="https://example.org/1")
    assert made.id == event_id(made.evidence[0])
    assert text[made.evidence[0].start : made.evidence[0].end] == made.summary
    assert [text[f.start : f.end] for f in made.figures] == [f.text for f in made.figures]
    (source,) = made.sources
    assert (source.title, source.url, source.date) == ("T", "https://example.org/1", dt.date(2022, 2, 3))


@given(st.text(max_size=400))
def test_any_text_is_read_without_a_fault(text):
    for made in extract_events(article(text or " "), []):
        assert made.place is None
        assert all(text[f.start : f.end] == f.text for f in made.figures)


@given(
    st.lists(
        st.sampled_from(
            [
                "Jets bombed Sarmin.",
                "12 people died",
                "on Thursday",
                "in Aleppo",
                "İdlib’s – army",
                "\n\n",
                "(",
                "killing at least 5",
                "denied it.",
                "- In Idlib, ",
            ]
        ),
        max_size=20,
    )
)
def test_offsets_hold_in_scrambled_reports(pieces):
    text = " ".join(pieces) or " "
    for made in extract_events(article(text), resolutions(text)):
        assert all(0 <= v.start < v.end <= len(text) for v in made.evidence)
        assert made.summary in text
        assert all(text[f.start : f.end] == f.text for f in made.figures)
        assert all(text[a.start : a.end] == a.as_written for a in made.actors)
        assert made.place is None or fold(made.place.name) in fold(text)


@given(st.text(max_size=200))
def test_folding_keeps_every_offset(text):
    assert len(fold(text)) == len(text)


def test_the_word_lists_hold_together():
    assert len([k for k in kinds() if not k.startswith("?")]) == 25
    assert {row.kind for rows in trigger_rows().values() for row in rows} <= set(kinds())


@pytest.mark.parametrize(
    ("sentence", "who", "role"),
    [
        ("Three Russian soldiers were wounded by a landmine in Sarmin on Thursday.", "Russian Armed Forces", "target"),
        ("Residents said Russian forces shelled Sarmin on Thursday.", "Russian Armed Forces", "perpetrator"),
        ("Militants were killed in Sarmin on Thursday by Russian jets.", "Russian Armed Forces", "perpetrator"),
        ("Militants were killed in Sarmin on Thursday by Russian jets.", "Militants", "target"),
    ],
)
def test_who_was_hit_did_not_do_it(sentence, who, role):
    assert {a.canonical: a.role for a in only(DATE + sentence).actors}[who] == role


def test_residents_who_only_speak_took_no_part():
    assert only(DATE + "An air strike hit Sarmin on Thursday, residents said.").actors == ()


def test_bombs_that_planes_drop_are_an_air_strike():
    found = only(DATE + "Glide bombs hit a bakery in Sarmin on Thursday and killed two people.")
    assert found.sub_event_type == "Air/drone strike"


def test_what_the_text_calls_false_is_denied():
    told = "Jets bombed Sarmin on Thursday. A channel said 30 people were killed. {} Nine people were wounded."
    for denial in (
        "This is not true.",
        "The claim was fabricated, doctors said.",
        "Nobody was killed, the mayor said.",
    ):
        found = only(DATE + told.format(denial))
        assert (found.fatalities.best, found.injured.best) == (None, 9)
        assert [f.status for f in found.figures if f.unit == "killed" and f.low] == ["denied"]
    kept = only(DATE + told.format("That is not wrong."))
    assert kept.fatalities.best == 30


def test_a_count_put_right_is_superseded():
    text = DATE + "Jets bombed Sarmin on Thursday, killing 8 people. A previous version of this report gave 80 dead."
    assert only(text).fatalities.high == 8


@pytest.mark.parametrize(
    "other",
    [
        "In 2014, 700 people were killed.",
        "Since Monday, 70 people have been killed in the province.",
        "Air strikes have killed 70 people in recent weeks.",
        "Some 70 medics have been killed in the war.",
    ],
)
def test_counts_of_other_times_are_not_of_the_event(other):
    found = only(DATE + "Jets bombed Sarmin on Wednesday, killing 8 people. " + other)
    assert (found.fatalities.low, found.fatalities.best, found.fatalities.high) == (8, 8, 8)


def test_what_a_group_did_long_ago_is_told_aside():
    text = (
        DATE + "Gunmen of the group, which massacred 900 people in 2014, attacked Sarmin on Thursday, killing 8 people."
    )
    assert only(text).fatalities.high == 8


def test_the_day_it_took_place_is_firmer_than_a_week_named_before():
    text = "7 February 2022\n\nJets bombed Sarmin last week, killing 8 people. The attack took place on Wednesday."
    assert only(text).date.first == only(text).date.last == dt.date(2022, 2, 2)


# ---- real articles --------------------------------------------------------------------------------------------


@pytest.mark.shared
def test_the_three_annotated_articles(shared):
    told = {key: [e for e in extract_events(a, r) if e.status == "event"] for key, a, r in gold_articles(shared)}
    assert {key: len(found) for key, found in told.items()} == {"000": 1, "001": 1, "003": 1}
    raid, undated, strike = (told[key][0] for key in ("000", "001", "003"))
    assert (raid.place.name, str(raid.date.first), raid.sub_event_type) == ("Atmeh", "2022-02-03", "Armed clash")
    assert (raid.fatalities.low, raid.fatalities.best, raid.fatalities.high, raid.civilian_fatalities.best) == (
        13,
        13,
        13,
        7,
    )
    assert (undated.place.name, undated.place_relation, undated.date.first, undated.date.weekday) == (
        "Atmeh",
        "near",
        None,
        3,
    )
    assert (undated.fatalities.low, undated.fatalities.best, undated.fatalities.high) == (12, 12, None)
    assert (strike.place.name, str(strike.date.first), strike.sub_event_type) == (
        "Kafr Takharim",
        "2020-10-26",
        "Air/drone strike",
    )
    assert (strike.fatalities.low, strike.fatalities.best, strike.fatalities.high, strike.injured.best) == (
        60,
        60,
        70,
        100,
    )
    merged = merge_events(told.values())
    assert [len(e.articles) for e in merged] == [2, 1]
    assert (merged[0].fatalities.low, merged[0].fatalities.best, merged[0].date.inferred) == (12, 13, False)


@pytest.mark.shared
def test_the_older_raid_both_articles_mention_is_background(shared):
    for key, a, found in gold_articles(shared):
        old = [e for e in extract_events(a, found) if e.status == "background"]
        if key in ("000", "001"):
            assert [e.date.first.year for e in old] == [2019]


def test_a_bomb_among_the_things_strikes_destroyed_makes_no_explosion_of_its_own():
    text = (
        "3 February 2022\n\nNear Daraa, two strikes destroyed a truck, four positions, a tunnel, a VBIED, and a crane."
    )
    (event,) = extract_events(article(text), resolutions(text))
    assert event.sub_event_type == "Air/drone strike"


def test_a_ruin_is_no_destruction():
    text = "3 February 2022\n\nRescuers pulled a boy from a destroyed building in Sarmin on Thursday."
    assert extract_events(article(text), resolutions(text)) == []


def test_an_attack_by_a_group_whose_name_ends_in_s_is_a_noun():
    text = "3 February 2022\n\nThe army repelled an ISIS attack on the town of Sarmin on Thursday, killing 6 militants."
    assert len(extract_events(article(text), resolutions(text))) == 1


def test_a_headline_quoted_is_no_event():
    text = '3 February 2022\n\nA newspaper said in a headline on Thursday "Army deploys tanks in Sarmin, shells Daraa".'
    assert extract_events(article(text), resolutions(text)) == []
