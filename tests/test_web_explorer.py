"""The explorer in Chromium: search, pages, the tree, checks; accessibility.

The server is over the toy with markup in its titles, notes, synonyms and meanings, so
that every test here also tests that markup is text.  Pages must load nothing from other
servers and report nothing on the console.
"""

import pytest
from browsing import NARROW, wait_until_drawn

PAGES = {
    "home": "",
    "search": "?q=lumbagoo",
    "code": "M54.50",
    "bases": "S39.012",
    "category": "M54",
    "chapter": "M00-M99",
    "tree": "tree?open=M54.5",
    "compare": "compare?codes=M54.50,F45.41,S39.012,nought",
    "sparql": "sparql",
    "missing": "M54.5O",
}


def texts(locator):
    return [element.inner_text() for element in locator.all()]


# Search and follow


def test_search_as_you_type_and_choose_by_keyboard(open_page):
    tab = open_page()
    box, items = tab.locator("#q"), tab.locator("#suggestions li")
    assert box.get_attribute("role") == "combobox"
    box.press_sequentially("lumbago")
    items.first.wait_for()
    assert items.first.inner_text().split("\n")[0] == "M54.50"
    assert tab.locator("#suggestions mark").first.inner_text().lower() == "lumbago"
    assert box.get_attribute("aria-expanded") == "true"
    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("ArrowUp")
    chosen = tab.locator("#suggestions li[aria-selected=true]")
    assert chosen.count() == 1
    assert box.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    box.press("Escape")
    assert tab.locator("#suggestions").is_hidden()
    assert box.input_value() == "lumbago"
    box.press("ArrowDown")
    items.first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    tab.wait_for_url("**/M54.50")
    assert tab.locator("h1").inner_text() == "M54.50 Low back pain, unspecified"


def test_search_by_code_by_mouse_and_by_slash(open_page):
    tab = open_page("M54")
    tab.keyboard.press("/")
    tab.keyboard.type("s39012")
    tab.locator("#suggestions li", has_text="S39.012").first.click()
    tab.wait_for_url("**/S39.012*")


def test_search_without_a_choice_lists_what_was_found(open_page):
    tab = open_page()
    tab.locator("#q").fill("lumbagoo")
    tab.locator("#q").press("Enter")
    tab.wait_for_url("**/?q=lumbagoo")
    assert "Searched for lumbagoo as lumbago" in tab.locator("main").inner_text()
    assert tab.locator(".hits li").first.inner_text().startswith("M54.50")
    tab.locator("#q").fill("zzzzqqqq")
    tab.locator("#q").press("Enter")
    tab.locator("h2", has_text="No results").wait_for()


def test_notes_are_grouped_by_where_they_are_printed_and_their_codes_lead_on(open_page):
    tab = open_page("M54.50")
    never = tab.locator("section.never")
    assert texts(never.locator("h3"))[:2] == [
        "Inherited from M54.5 Low back pain",
        "Inherited from M54 Dorsalgia",
    ]
    never.get_by_role("link", name="F45.41").click()
    tab.wait_for_url("**/F45.41")
    tab.go_back()
    assert "By a note at G89" in tab.locator("section.may").inner_text()
    tab.locator(".path a", has_text="M50-M54").click()
    tab.wait_for_url("**/M50-M54")


def test_choosing_a_seventh_character_shows_the_complete_code(open_page):
    context = {"permissions": ["clipboard-read", "clipboard-write"]}
    tab = open_page("S39.012", **context)
    assert tab.locator("#whole").is_hidden()
    tab.locator(".picker input[value='S39.012D']").check()
    assert tab.locator("#whole output").inner_text() == "S39.012D"
    tab.locator("#whole button").click()
    tab.locator("#status", has_text="Copied S39.012D").wait_for(state="attached")
    assert tab.evaluate("navigator.clipboard.readText()") == "S39.012D"
    tab.locator("#whole a").click()
    tab.wait_for_url("**/S39.012D")
    assert "with 7th character D" in tab.locator("h1 + p").inner_text()
    assert tab.locator("#whole output").inner_text() == "S39.012D"


def test_page_can_be_read_without_scripts(open_page):
    tab = open_page("M54.50", java_script_enabled=False)
    tab.locator(".drawing a[href='/F45.41']").click()
    tab.wait_for_url("**/F45.41")
    tab.goto(tab.url.replace("F45.41", "S39.012"))
    assert tab.locator(".picker a").count() == 3
    tab.locator(".picker a", has_text="S39.012A").click()
    assert tab.locator("h1").inner_text().startswith("S39.012A")
    tab.goto(tab.url.replace("S39.012A", "tree"))
    tab.locator("li[id='M00-M99'] > a.opener").click()
    tab.locator("li[id='M40-M54'] > a.opener").click()
    assert tab.locator("li[id='M50-M54']").is_visible()
    tab.goto(tab.url.split("tree")[0] + "compare")
    tab.locator("input[name=codes]").fill("M54.50 F45.41")
    tab.get_by_role("button", name="Check").click()
    assert tab.locator(".finding.error").count() == 1


# The tree


def test_tree_is_opened_lazily_by_mouse_and_by_keys(open_page):
    tab = open_page("tree")
    assert tab.locator("li[id='M54']").count() == 0
    for name in ("M00-M99", "M40-M54", "M50-M54", "M54"):
        tab.locator(f"li[id='{name}'] > a.opener").click()
        tab.locator(f"li[id='{name}'] > ul").wait_for()
    assert tab.url.endswith("/tree?open=M54#M54")
    link = tab.locator("li[id='M54.5'] > .label a")
    link.focus()
    link.press("ArrowRight")
    tab.locator("li[id='M54.50']").wait_for()
    link.press("ArrowDown")
    focused = "document.activeElement.textContent"
    assert tab.evaluate(focused) == "M54.50"
    tab.keyboard.press("ArrowLeft")
    assert tab.evaluate(focused) == "M54.5"
    tab.keyboard.press("ArrowLeft")
    assert tab.locator("li[id='M54.50']").is_hidden()
    opener = tab.locator("li[id='M54.5'] > a.opener")
    assert opener.get_attribute("aria-expanded") == "false"
    opener.press(" ")
    assert tab.locator("li[id='M54.50']").is_visible()
    tab.reload()
    assert tab.locator("li[id='M54.50']").is_visible()


# The picture


def test_picture_is_walked_through_with_the_keyboard(open_page):
    tab = open_page("M54.50")
    link = tab.locator(".drawing a[href='/M54.5']")
    link.focus()
    assert link.get_attribute("aria-label").startswith("M54.5 Low back pain")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "/M54.50"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')") == "/G89"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/G89")


def test_picture_of_a_phone_starts_at_the_code(open_page):
    tab = open_page("M54.50", **NARROW)
    box = tab.locator(".drawing a[href='/M54.50'] rect").bounding_box()
    assert 0 < box["x"] + box["width"] / 2 < 390


def test_interactive_picture_leads_back_to_pages(open_page):
    tab = open_page("M54.50")
    tab.get_by_role("link", name="Interactive picture").click()
    tab.wait_for_url("**/picture/M54.50")
    wait_until_drawn(tab)
    tab.evaluate("setFocus('code:F45.41')")
    tab.locator("#card a", has_text="Open F45.41").click()
    tab.wait_for_url("**/F45.41")


# A set of codes, and a query


def test_codes_are_checked_as_they_are_added_and_removed(open_page):
    tab = open_page("compare")
    box = tab.locator("#add")
    box.press_sequentially("M54.50")
    tab.locator("#adds li", has_text="M54.50").first.wait_for()
    box.press("ArrowDown")
    box.press("Enter")
    tab.locator(".chips li", has_text="M54.50").wait_for()
    assert tab.locator(".finding.error").count() == 0
    box.fill("f4541")
    box.press("Enter")
    tab.locator(".finding.error").wait_for()
    assert tab.url.endswith("/compare?codes=M54.50,F45.41")
    finding = tab.locator(".finding.error")
    assert "psychogenic dorsalgia (F45.41)" in finding.inner_text()
    assert "M54.50 < M54.5 < M54" in finding.inner_text()
    assert "I.A.12.a" in finding.inner_text()
    tab.get_by_label("Remove F45.41").click()
    tab.locator(".finding.error").wait_for(state="detached")
    assert tab.url.endswith("/compare?codes=M54.50")
    tab.reload()
    assert texts(tab.locator(".chips a.code")) == ["M54.50"]
    box.fill("M54.5O")
    box.press("Enter")
    tab.locator(".finding.error", has_text="M54.5O").wait_for()
    tab.locator("input[name=age]").fill("zz")
    tab.locator("input[name=age]").press("Enter")
    tab.locator(".wrong", has_text="zz").wait_for()


# For everyone


def test_words_are_not_added_as_codes(open_page):
    tab = open_page("compare")
    tab.locator("#add").press_sequentially("low back pain")
    tab.keyboard.press("Enter")
    tab.locator("#adds li[aria-selected=true]", has_text="M54.50").wait_for()
    assert "codes=" not in tab.url
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/compare?codes=M54.50")


@pytest.mark.parametrize("page", PAGES)
def test_markup_is_text_and_pages_fit_a_phone(open_page, page):
    tab = open_page(PAGES[page], color_scheme="dark", **NARROW)
    # Nothing was made of the markup: no script but ours, no image, no dialog.
    sources = "[...document.scripts].map((one) => one.getAttribute('src'))"
    assert all(source.startswith("/static/") for source in tab.evaluate(sources))
    assert tab.locator("main img").count() == 0
    assert "dialog" not in tab.messages
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert tab.evaluate(wide) <= 0
    if page in ("code", "category", "bases", "chapter"):
        assert "<script>alert(1)</script>" in tab.locator("main").inner_text()
        assert "{{7*7}}" in tab.locator("main").inner_text()


def test_print_unfolds_all_and_leaves_out_what_paper_cannot_do(open_page):
    tab = open_page("M54.50")
    tab.emulate_media(media="print")
    for hidden in ("#q", ".picture", ".copy", "nav[aria-label=Pages]"):
        assert tab.locator(hidden).first.is_hidden()
    assert tab.locator("section.never").is_visible()
    assert tab.pdf()[:5] == b"%PDF-"


@pytest.fixture(scope="module")
def axe(npm_installed):
    """The script of axe-core."""
    folder = npm_installed("axe", {"axe-core": "4"})
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_wcag_aa(open_page, axe, page):
    tab = open_page(PAGES[page])
    if page == "home":
        tab.locator("#q").press_sequentially("lum")
        tab.locator("#suggestions li").first.wait_for()
    tab.evaluate(axe)
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        result = tab.evaluate(
            "tags => axe.run({ runOnly: { type: 'tag', values: tags } })", tags
        )
        assert len(result["passes"]) > 10
        assert [
            (scheme, rule["id"], node["html"][:200], node["failureSummary"])
            for rule in result["violations"]
            for node in rule["nodes"]
        ] == []
