"""The query page in Chromium: choose a question, edit it, run it, read the answer."""

from pathlib import Path

import pytest
from browsing import NARROW
from serving import EVIL, SLOW


@pytest.fixture
def opened(open_page):
    """Return a function that opens the query page."""

    def open_(query="", **options):
        tab = open_page(f"sparql{query}", **options)
        tab.locator("html[data-ready]").wait_for()
        return tab

    return open_


def rows(tab):
    tab.locator("#answer table").wait_for()
    return [row.inner_text().split("\t") for row in tab.locator("tbody tr").all()]


def write(tab, text):
    tab.locator("#text").fill(text)
    tab.locator("#text").press("Control+End")


def test_example_is_chosen_bound_run_and_read(opened):
    tab = opened()
    tab.locator("#example").select_option("billable-under")
    tab.get_by_label("code", exact=False).last.wait_for()
    field = tab.locator("#parameters input")
    assert field.input_value() == "M54"
    field.fill("M54.5")
    field.press("Enter")
    assert [row[0] for row in rows(tab)] == ["M54.50", "M54.59"]
    assert tab.locator("#message").inner_text().startswith("2 rows in 0.")
    assert "M54.5" in tab.locator("#text").input_value()
    field.fill("M54.O")
    field.press("Enter")
    tab.locator("#error").wait_for()
    assert "'M54.O'" in tab.locator("#error").inner_text()


def test_markup_in_a_title_is_shown_and_not_run(opened):
    tab = opened()
    write(tab, "SELECT ?c ?t { ?c skos:prefLabel ?t } ORDER BY STRLEN(STR(?c)) ?c")
    tab.locator("#run").click()
    assert ["ICD10CM:M54.59", f"{EVIL}Other low back pain"] in rows(tab)
    write(tab, "DESCRIBE ICD10CM:M54.59")
    tab.locator("#text").press("Control+Enter")
    tab.locator("#answer pre").wait_for()
    assert "<script>alert(1)</script>" in tab.locator("#answer pre").inner_text()
    write(tab, "ASK { ICD10CM:M54.")
    tab.keyboard.type("5")
    item = tab.locator("#list li", has_text="ICD10CM:M54.59")
    assert EVIL.strip() in item.inner_text()
    assert "dialog" not in tab.messages


def test_completion_by_keyboard(opened):
    tab = opened()
    write(tab, "")
    area, items = tab.locator("#text"), tab.locator("#list li")
    area.press_sequentially("SELECT ?t { ICD10CM:M54")
    items.nth(3).wait_for()
    assert items.first.inner_text().split("\n") == ["ICD10CM:M54", "Dorsalgia"]
    area.press("ArrowDown")
    area.press("ArrowDown")
    area.press("ArrowUp")
    chosen = tab.locator("#list li[aria-selected=true]")
    assert chosen.inner_text().startswith("ICD10CM:M54.2")
    assert area.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    area.press("Enter")
    assert area.input_value() == "SELECT ?t { ICD10CM:M54.2"
    assert tab.locator("#list").is_hidden()
    area.press_sequentially(" sko")
    items.first.wait_for()
    area.press("Tab")
    tab.locator("#list li", has_text="skos:prefLabel").wait_for()
    area.press_sequentially("prefL")
    tab.locator("#list li:only-child", has_text="skos:prefLabel").wait_for()
    area.press("Enter")
    area.press_sequentially(" ?t } # ICD10CM:M54")
    tab.wait_for_timeout(400)
    assert tab.locator("#list").is_hidden()
    area.press("Control+Enter")
    assert rows(tab) == [["Cervicalgia"]]
    area.press_sequentially("\nICD10CM:M5")
    items.first.wait_for()
    area.press("Escape")
    assert tab.locator("#list").is_hidden()
    area.press("Control+ ")
    items.first.wait_for()
    items.nth(1).click()
    assert area.input_value().endswith("ICD10CM:M54")
    area.press("Control+z")
    assert area.input_value().endswith("ICD10CM:M5")


def test_mistake_is_shown_with_its_caret(opened):
    tab = opened()
    write(tab, "SELECT ?x {\n  ?x skso:broader ?y }")
    tab.locator("#text").press("Control+Enter")
    tab.locator("#error").wait_for()
    message, line, caret = tab.locator("#error").inner_text().splitlines()
    assert "'skos:'" in message
    assert line[caret.index("^") :].startswith("skso:")
    assert tab.evaluate("document.getElementById('text').selectionStart") == 17


def test_a_term_that_occurs_nowhere_is_told_above_the_answer(opened):
    tab = opened()
    write(tab, "SELECT ?x { ?x ig:exclude1 ?y }")
    tab.locator("#text").press("Control+Enter")
    hint = tab.get_by_role("status").filter(has_text="Did you mean ig:excludes1?")
    hint.wait_for()
    write(tab, "SELECT ?x { ?x ig:excludes1 ?y }")
    tab.locator("#text").press("Control+Enter")
    hint.wait_for(state="detached")


def test_query_in_the_address_is_run_and_links_describe(opened):
    tab = opened("?query=SELECT ?c { ?c skos:notation 'M54.5' }")
    assert rows(tab) == [["ICD10CM:M54.5"]]
    tab.locator("tbody a").click()
    tab.locator("#answer pre").wait_for()
    assert "skos:prefLabel" in tab.locator("#answer pre").inner_text()
    tab.locator("#answer pre a", has_text="ICD10CM:M54.50").or_(
        tab.locator("#answer pre a", has_text="ICD10CM:M54")
    ).first.wait_for()
    tab.go_back()
    assert rows(tab) == [["ICD10CM:M54.5"]]
    write(tab, "ASK {}")
    tab.locator("#text").press("Control+Enter")
    tab.locator(".yesno", has_text="Yes").wait_for()
    tab.go_back()
    assert rows(tab) == [["ICD10CM:M54.5"]]


def test_whole_answer_is_downloaded(opened):
    tab = opened("?query=SELECT * { ?s ?p ?o, ?q }")
    tab.locator("#answer table").wait_for()
    assert tab.locator("tbody tr").count() == 1000
    assert tab.locator("#message").inner_text().startswith("The first 1,000 rows in")
    with tab.expect_download() as download:
        tab.get_by_role("link", name="CSV", exact=True).click()
    assert download.value.suggested_filename == "icdgraph.csv"
    assert Path(download.value.path()).read_text().count("\n") > 1000
    with tab.expect_download() as download:
        tab.get_by_role("link", name="JSON", exact=True).click()
    assert '"bindings"' in Path(download.value.path()).read_text()


def test_slow_query_can_be_stopped(opened):
    tab = opened()
    write(tab, SLOW)
    tab.locator("#text").press("Control+Enter")
    tab.locator("#stop").click()
    tab.locator("#message", has_text="Stopped.").wait_for()
    write(tab, "ASK {}")
    tab.locator("#text").press("Control+Enter")
    tab.locator(".yesno").wait_for()


def test_page_fits_a_phone_and_the_dark(opened):
    tab = opened("?query=SELECT * { ?s ?p ?o } LIMIT 50", color_scheme="dark", **NARROW)
    assert len(rows(tab)) == 50
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert tab.evaluate(wide) <= 0
    paper = "getComputedStyle(document.body).backgroundColor"
    assert tab.evaluate(paper) == "rgb(28, 29, 31)"
    ink, text = tab.locator("#ink").bounding_box(), tab.locator("#text").bounding_box()
    assert ink == text
