"""PDF, pages with all that stands around an article, notices, copies: what is a report and what is not."""

import datetime as dt
import io
import json
import sys
import time

import pypdf
import pytest

from geoconflict.events import extract_events, language_of, merge_events
from geoconflict.events.notices import notices
from geoconflict.files import read_articles
from geoconflict.links import events_to_layer
from geoconflict.mentions import find_mentions
from geoconflict.places import resolve_places
from geoconflict.records import Article


def only(reading):
    assert reading.skipped == []
    (article,) = reading.articles
    return article


def events_of(article, gazetteer):
    resolutions = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
    return extract_events(article, resolutions)


# ---- PDF -----------------------------------------------------------------------------------------------------------
def pdf(*pages, title=""):
    """Write a PDF by hand: a page is a list of lines."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
        drawn = "BT /F1 11 Tf 14 TL 72 760 Td " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
        objects.append(f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    objects.append(f"<< /Title ({title}) >>")
    out, offsets = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{at:010} 00000 n \n" for at in offsets)
    trailer = (
        f"trailer << /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    )
    return (out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}").encode("latin-1")


REPORT = [
    "Situation report",
    "",
    "Artillery shells hit the market of Sarmin in Idlib province on 8 June 2021 and killed",
    "five people, rescue workers said. Eleven others were wounded, among them two chil-",
    "dren (aged 4 and 6).",
    "- Families left the town.",
]


def test_a_pdf_gives_its_text_in_paragraphs_and_its_title(tmp_path):
    (tmp_path / "a.pdf").write_bytes(pdf(REPORT, ["A second page tells of the roads."], title="Sarmin"))
    article = only(read_articles(tmp_path / "a.pdf", published="2021-06-09"))
    assert article.text == (
        "Situation report\nArtillery shells hit the market of Sarmin in Idlib province on 8 June 2021 and killed five "
        "people, rescue workers said. Eleven others were wounded, among them two children (aged 4 and 6).\n"
        "- Families left the town.\n\nA second page tells of the roads."
    )
    assert (article.id, article.title, article.published) == ("a", "Sarmin", dt.date(2021, 6, 9))


def test_a_pdf_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(pdf(REPORT))))
    assert "market of Sarmin" in only(read_articles("-")).text


def encrypted(password):
    writer = pypdf.PdfWriter(io.BytesIO(pdf(REPORT)))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def test_bad_pdfs_are_one_line_each_and_the_others_are_read(tmp_path, capfd):
    (tmp_path / "a.pdf").write_bytes(pdf(REPORT))
    (tmp_path / "b.pdf").write_bytes(pdf([], []))
    (tmp_path / "c.pdf").write_bytes(encrypted("secret"))
    (tmp_path / "d.pdf").write_bytes(pdf(REPORT)[:200])
    (tmp_path / "e.pdf").write_bytes(b"")
    (tmp_path / "f.pdf").write_bytes(encrypted(""))
    (tmp_path / "g.pdf").write_bytes(pdf(REPORT, []))
    reading = read_articles(tmp_path)
    assert [one.id for one in reading] == ["a", "f", "g"]
    reasons = {skipped.path.rsplit("/", 1)[-1]: skipped.reason for skipped in reading.skipped}
    assert "pictures and no text" in reasons["b.pdf"]
    assert "password" in reasons["c.pdf"]
    assert "broken" in reasons["d.pdf"]
    assert list(reasons) == ["b.pdf", "c.pdf", "d.pdf", "e.pdf"]
    assert not any("\n" in reason for reason in reasons.values())
    assert any("g.pdf: 1 of 2 pages hold no text" in one for one in reading.warnings)
    assert capfd.readouterr().err == ""  # what the parser logs is not ours to say


def test_a_small_pdf_that_draws_one_form_thousands_of_times_is_refused_in_one_line(tmp_path):
    plain = pdf(["Shells hit the market of the town."])
    looped = plain.replace(b"(Shells hit the market of the town.) Tj T* ET", b"/X0 Do " * 30_000 + b"ET")
    writer = pypdf.PdfWriter(io.BytesIO(looped))
    form = pypdf.generic.DecodedStreamObject()
    form.set_data(b"BT (a) Tj ET")
    form.update({pypdf.generic.NameObject("/Subtype"): pypdf.generic.NameObject("/Form")})
    drawn = pypdf.generic.DictionaryObject({pypdf.generic.NameObject("/X0"): form})
    writer.pages[0]["/Resources"][pypdf.generic.NameObject("/XObject")] = drawn
    writer.write(tmp_path / "a.pdf")
    started = time.process_time()
    (skipped,) = read_articles(tmp_path).skipped
    assert "more drawing commands than a report has" in skipped.reason
    assert time.process_time() - started < 15


HEADED_PAGE = """<html><body><article><h1>Raid on a market</h1><p>Shells hit the market of Sarmin on 8 June 2021 and
killed five people, rescue workers said in the evening.</p><p>Eleven others were wounded, among them two children, and
the market has been closed since.</p>{}</article></body></html>"""


@pytest.mark.parametrize(
    "more",
    [
        "<h3>Read more</h3><ul><li><a href='/a'>Gunmen killed 3 guards in Binnish on Monday</a></li></ul>",
        "<p><b>Related stories:</b></p><ul><li><a href='/a'>Gunmen killed 3 guards in Binnish on Monday</a></li></ul>",
        "<h4>See also</h4><div><a href='/a'>Gunmen killed 3 guards in Binnish on Monday</a></div>",
    ],
)
def test_other_stories_listed_inside_an_article_stand_around_it(tmp_path, gazetteer, more):
    (tmp_path / "a.html").write_text(HEADED_PAGE.format(more), encoding="utf-8")
    article = only(read_articles(tmp_path))
    assert "Binnish" not in article.text
    assert "Binnish" in article.around
    (event,) = events_of(article, gazetteer)
    assert event.fatalities.best == 5


def test_a_list_of_the_report_itself_stays_in_it(tmp_path):
    more = "<h3>Also hit in the town</h3><ul><li>Two houses near the mosque burnt down that night.</li></ul>"
    (tmp_path / "a.html").write_text(HEADED_PAGE.format(more), encoding="utf-8")
    assert "Two houses" in only(read_articles(tmp_path)).text


@pytest.mark.parametrize("attribute", ["a{}=1", "a{}", "a{}='>'"])
def test_a_tag_of_thousands_of_attributes_costs_no_minutes(tmp_path, attribute):
    tag = f"<p {' '.join(attribute.format(i) for i in range(20_000))}>"
    (tmp_path / "a.html").write_text(HEADED_PAGE.format(tag), encoding="utf-8")
    started = time.process_time()
    assert "Shells hit the market of Sarmin" in only(read_articles(tmp_path)).text
    assert time.process_time() - started < 3


def test_signs_in_a_script_and_a_stray_quote_are_no_attributes(tmp_path):
    script = "<script>for (i=0;i<n;i++) {" + "a=b;" * 5_000 + "}</script>"
    links = '<p><a href="x"">Eleven</a></p>' + '<p class="a">Eleven were wounded in the raid.</p>' * 1_500
    (tmp_path / "a.html").write_text(HEADED_PAGE.format(script + links) + "<footer>Cookies</footer>", encoding="utf-8")
    assert "Cookies" not in only(read_articles(tmp_path)).text


def test_without_pypdf_a_pdf_is_named_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdf", None)
    (tmp_path / "a.pdf").write_bytes(pdf(REPORT))
    (tmp_path / "b.txt").write_text("Rain fell.", encoding="utf-8")
    reading = read_articles(tmp_path)
    assert [one.id for one in reading] == ["b"]
    (skipped,) = reading.skipped
    assert skipped.path.endswith("a.pdf")
    assert "geoconflict[pdf]" in skipped.reason


# ---- pages ---------------------------------------------------------------------------------------------------------
REPORT_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Shelling hits market - The Wire</title>{head}</head><body>
<nav><a href="/">Home</a> <a href="/s">12 killed in Homs blast</a></nav>
<div id="cookie-banner"><p>We use cookies to improve your experience. Accept all cookies.</p></div>
<main><article><h1>Shelling hits market in Sarmin</h1><p class="byline">By Lena Karam in Beirut</p>{time}
<div class="share">Share on Facebook</div>
<figure><img src="x.jpg"><figcaption>Rubble after an air strike killed 40 people in Aleppo in 2016 (illustrative file image)</figcaption></figure>
<p>Artillery shells hit the market of Sarmin in Idlib province on Tuesday, killing five people, rescue workers said.</p>
<p>Eleven others were wounded, among them two children, the civil defence said in a statement read to reporters.</p>
<p><strong>Read more: <a href="/r">Air strike kills 22 in Ariha</a></strong></p>
<blockquote class="twitter-tweet"><p>BREAKING: 30 people killed in Saraqib by barrel bombs</p>&mdash; Post (@idlibpost) June 8, 2021</blockquote>
<p>The shells were fired from the direction of Maarat al-Numan, a resident told reporters by telephone.</p>
<div class="newsletter"><p>Sign up for our newsletter to get the day's headlines.</p></div>
<div class="related"><h2>Related stories</h2><ul><li><a href="/1">Car bomb kills nine in Azaz</a></li></ul></div>
<p><em>This article was translated by AI and may contain errors.</em></p>
</article></main><footer>Copyright 2021 The Wire. All rights reserved.</footer></body></html>"""


def test_what_stands_around_an_article_is_kept_apart_and_makes_no_event(tmp_path, gazetteer):
    (tmp_path / "a.html").write_text(REPORT_PAGE.format(head="", time=""), encoding="utf-8")
    article = only(read_articles(tmp_path / "a.html", published="2021-06-09"))
    for told in ("market of Sarmin", "Maarat al-Numan"):
        assert told in article.text
    for beside in ("Aleppo", "Saraqib", "Homs", "Azaz", "cookies", "newsletter"):
        assert beside not in article.text
        assert beside in article.around
    (event,) = events_of(article, gazetteer)
    assert event.place.name == "Sarmin"
    assert event.fatalities.best == 5
    (source,) = event.sources
    assert source.note == (
        "says it was translated by a machine; has an illustrative or file picture; quotes social media"
    )


@pytest.mark.parametrize(
    ("head", "time"),
    [
        (
            (
                '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2021-06-09T23:30:00-05:00",'
                '"dateModified":"2021-06-12T10:00:00Z"}</script>'
            ),
            "",
        ),
        (
            (
                '<script type="application/ld+json">{"@graph":[{"@type":"WebPage","datePublished":"2020-01-01"},'
                '{"@type":["Article"],"datePublished":"2021-06-09"}]}</script>'
            ),
            "",
        ),
        (
            (
                '<script type="application/ld+json">{"@type":"NewsArticle","headline":"A &quot;calm&quot; day",'
                '"datePublished":"2021-06-09"}</script>'
            ),
            "",
        ),
        ('<script type="application/ld+json">{broken</script><meta name="date" content="2021-06-09">', ""),
        ('<meta property="article:published_time" content="2021-06-09T23:30:00-05:00">', ""),
        ("", '<time datetime="2021-06-09T22:15:00-05:00">9 June 2021</time>'),
    ],
)
def test_a_page_says_when_it_was_published(tmp_path, head, time):
    (tmp_path / "a.html").write_text(REPORT_PAGE.format(head=head, time=time), encoding="utf-8")
    assert only(read_articles(tmp_path / "a.html")).published == dt.date(2021, 6, 9)


def test_a_page_without_a_date_has_none(tmp_path):
    (tmp_path / "a.html").write_text(REPORT_PAGE.format(head="", time=""), encoding="utf-8")
    assert only(read_articles(tmp_path / "a.html")).published is None


@pytest.mark.parametrize(
    "beside",
    [
        "A man walks past rubble after an air strike killed 40 people in Aleppo on June 1, 2021. [File: Agency]",
        "Rescuers search for survivors after shelling killed 12 in Saraqib, Syria, June 1, 2021. (AP Photo/A. Name)",
        "Smoke rises over Saraqib after shelling killed 12 people on June 1, 2021 (illustrative file image)",
        "BREAKING: 30 people killed in Saraqib by barrel bombs on June 7, 2021. Many wounded. pic.twitter.com/abcd",
        "Barrel bombs killed 30 people in Saraqib on June 7, 2021.\n— Idlib Post (@idlibpost) June 8, 2021",
        "Read more: Barrel bombs kill 30 people in Saraqib",
        "Sign up for our newsletter on the war in Syria, where shelling killed 30 people in Saraqib on June 7, 2021.",
        "We use cookies to count readers of our news of shelling that killed 30 people in Saraqib on June 7, 2021.",
        "Related stories\nShelling kills nine people in Azaz\nRockets kill seven people in Afrin",
    ],
)
def test_what_stands_beside_a_report_in_plain_text_is_no_event(gazetteer, beside):
    told = (
        "Shelling hits market in Sarmin\n\nArtillery shells hit the market of Sarmin in Idlib province on June 8, 2021"
    )
    text = f"{told}, killing five people, rescue workers said.\n\n{beside}\n\nThe dead were buried at night.\n"
    (event,) = events_of(Article("a", text), gazetteer)
    assert (event.place.name, event.fatalities.best, event.date.first) == ("Sarmin", 5, dt.date(2021, 6, 8))


@pytest.mark.parametrize(
    "text",
    [
        "Shelling killed five people in Sarmin on June 8, 2021, rescue workers said, and showed pictures of the market.",
        "The army - led by its 4th Division (@) - killed five people in Sarmin on June 8, 2021 (Tuesday).",
    ],
)
def test_a_report_is_no_caption(gazetteer, text):
    assert [one.fatalities.best for one in events_of(Article("a", text), gazetteer)] == [5]


# ---- notices -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("This summary was generated with the help of AI.", "says it was written by a machine"),
        ("The text was translated from Arabic using Google Translate.", "says it was translated by a machine"),
        ("A street in Homs (file photo).", "has an illustrative or file picture"),
        ("The group wrote on its Telegram channel that two men died.", "quotes social media"),
        ("The statement was translated by hand and drafted by the machine gun company.", ""),
        ("Footage shows smoke above the town.", ""),
        ("Town\tKilled\nIdlib\t5\nAriha\t2\n", "has a table, of which nothing is read"),
        ("Troops said on Monday that the road was cut.", ""),
    ],
)
def test_notices_of_reliability(text, note):
    assert notices(text) == note


# ---- languages -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Au moins cinq personnes ont été tuées mardi dans un bombardement sur le marché de Sarmin.", "French"),
        ("Bei einem Angriff in Aleppo wurden fünf Menschen getötet, teilten die Rettungskräfte mit.", "German"),
        ("İdlib'de düzenlenen saldırıda beş kişi öldü, on bir kişi ise yaralandı.", "Turkish"),
        ("Al menos cinco personas murieron en el mercado de Sarmin, según los rescatistas.", "Spanish"),
        ("قتل خمسة أشخاص في قصف مدفعي على سوق سرمين.", "Arabic"),
        ("Пятеро человек погибли при обстреле рынка, сообщили спасатели, были вызваны врачи.", "Russian"),
        ("Des mots : 'c'est la guerre', said the mayor of Aleppo after the shelling of the market.", "English"),
        ("5 killed, 11 wounded in Sarmin", "English"),
        ("Strike hits Van der Velde depot in Les Cayes", "English"),
        ("", "English"),
    ],
)
def test_the_language_of_a_text(text, language):
    assert language_of(text) == language


def test_no_event_is_read_from_another_language(gazetteer):
    article = Article(
        "de", "Attacke in Aleppo: Bei der Explosion einer Autobombe sind in Aleppo am 8. Juni 2021 12 Soldaten gestorben, "
        "die Opposition meldet 20 Tote nach dem Angriff auf den Militär-Checkpoint.",
    )  # fmt: skip
    resolutions = resolve_places(article, find_mentions(article, gazetteer), gazetteer)
    assert "Aleppo" in {one.place.name for one in resolutions if one.place}
    assert extract_events(article, resolutions) == []


# ---- copies --------------------------------------------------------------------------------------------------------
TOLD = (
    "Artillery shells hit the market of Sarmin in Idlib province on Tuesday, killing five people, rescue workers said. "
    "Eleven others were wounded, among them two children, the civil defence said.\n"
    "The shells were fired from the direction of Maarat al-Numan, a resident told reporters.\n"
)


def test_an_article_under_two_ids_is_one_source(tmp_path, gazetteer):
    (tmp_path / "a.txt").write_text(TOLD, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"\xef\xbb\xbf" + TOLD.replace("\n", "\r\n").replace(". ", ".  ").encode())
    reading = read_articles(tmp_path)
    assert [one.copy_of for one in reading] == ["", "a"]
    assert reading.warnings == ["1 article has the text of another and is no source of its own (b repeats a)"]
    alone = merge_events([events_of(reading.articles[0], gazetteer)])
    both = merge_events(events_of(article, gazetteer) for article in reading)
    assert [one.id for one in both] == [one.id for one in alone]
    assert [one.confidence for one in both] == [one.confidence for one in alone]
    assert [one.fatalities for one in both] == [one.fatalities for one in alone]
    (event,) = both
    assert event.articles == ("a", "b")
    assert [source.copy_of for source in event.sources] == ["", "a"]
    assert "same text as a" in event.sources[1].note
    assert events_to_layer(both)["reports"].tolist() == [1]


def test_a_copy_of_another_day_is_still_no_second_event(gazetteer):
    days = dt.date(2021, 6, 9), dt.date(2021, 6, 18)
    first = Article("a", TOLD, published=days[0])
    copy = Article("b", TOLD, published=days[1], copy_of="a")
    assert len(merge_events(events_of(one, gazetteer) for one in (first, copy))) == 1


def test_short_texts_of_two_days_are_two_reports(tmp_path):
    path = tmp_path / "a.jsonl"
    rows = [{"text": "Shelling hit Idlib.", "published": f"2021-06-0{day}"} for day in (1, 2, 2)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert [one.copy_of for one in read_articles(path)] == ["", "", "a-2"]


# ---- round-ups and tables ------------------------------------------------------------------------------------------
def test_a_hundred_events_in_one_round_up(gazetteer):
    towns = "Sarmin Ariha Saraqib Binnish Salqin Darkush Azaz Manbij Afrin Atmeh".split()  # noqa: SIM905
    deeds = (
        "shelling killed {n} people in {town}", "an air strike on {town} killed {n} people",
        "a car bomb in {town} killed {n} people", "gunmen shot dead {n} men in {town}",
        "a roadside bomb killed {n} soldiers near {town}",
    )  # fmt: skip
    told = [(towns[i % 10], i % 7 + 2, dt.date(2021, 6, 1 + i // 10), deeds[(i // 10) % 5]) for i in range(100)]
    items = [f"- On June {day.day}, 2021, {deed.format(n=n, town=town)}, monitors said." for town, n, day, deed in told]
    text = "Round-up of violence in northwest Syria\n\n" + "\n".join(items)
    events = merge_events([events_of(Article("a", text), gazetteer)])
    found = {(one.place.name, one.fatalities.best, one.date.first) for one in events if one.place}
    right = {(town, n, day) for town, n, day, _ in told}
    assert found - right == set()
    assert len(found & right) >= 95


@pytest.mark.parametrize(
    "table",
    [
        "| Town | Killed | Day |\n|---|---|---|\n| Shelling in Ariha | 12 killed | 9 June 2021 |\n| Total | 17 killed | |",
        "Town\tKilled\tDay\nShelling in Ariha\t12 killed\t9 June 2021\nTotal\t17 killed\t",
    ],
)
def test_rows_of_a_table_are_no_sentences(gazetteer, table):
    told = "Shelling killed five people in Sarmin in Idlib province on June 8, 2021, rescue workers said."
    for text in (f"Shelling of Sarmin in June\n\n{told}\n\n{table}\n", f"{table}\n\n{told}\n"):
        (event,) = events_of(Article("a", text), gazetteer)
        assert (event.place.name, event.fatalities.high, event.date.first) == ("Sarmin", 5, dt.date(2021, 6, 8))


@pytest.mark.parametrize(
    "text",
    [
        "On June 3, 2021, an air strike on Ariha in Idlib province killed two people, monitors said.",
        "In Ariha on June 3, 2021, an air strike killed two people in Idlib province, monitors said.",
        "Jets hit Ariha on June 3, 2021 and killed two people in Idlib province, monitors said.",
        "- On Thursday, June 3, 2021, an air strike on Ariha in Idlib province killed two people, monitors said.",
    ],
)
def test_a_day_at_the_start_of_a_sentence_is_the_day_of_the_event(gazetteer, text):
    (event,) = events_of(Article("a", text), gazetteer)
    assert (event.date.first, event.date.precision) == (dt.date(2021, 6, 3), "day")
