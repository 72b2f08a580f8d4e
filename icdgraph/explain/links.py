"""Where to look further about a code: the sites of CMS, NCHS and WHO."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from icdgraph.model import CODE_KINDS

if TYPE_CHECKING:
    from icdgraph.graph import Node

CMS = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"
NCHS = "https://icd10cmtool.cdc.gov/?fy=FY{version}&query={code}"
WHO = "https://icd.who.int/browse10/2019/en#/{code}"

_IN_WHO = re.compile(r"[A-Z]\d\d(?:\.\d|$)")
"""The start of a code that WHO can have: a category, or four characters."""


class PageLink(NamedTuple):
    """A page about a code: its name, its address, and a remark."""

    name: str
    url: str
    remark: str = ""


def links(node: Node) -> tuple[PageLink, ...]:
    """Return the pages of CMS, NCHS and WHO about *node*.

    WHO divides categories by digits only, so codes such as C4A or E11.A have no page
    there.

    >>> from icdgraph.toy import toy
    >>> [link.url for link in links(toy().core["M54.50"])][-1]
    'https://icd.who.int/browse10/2019/en#/M54.5'
    """
    pages = [PageLink("CMS, code files and Guidelines", CMS)]
    if node.kind in CODE_KINDS:
        url = NCHS.format(version=node.graph.version, code=node.code)
        pages.insert(0, PageLink("NCHS browser", url))
        match = _IN_WHO.match(node.code)
        if match:
            url, remark = WHO.format(code=match[0]), f"WHO may not have {match[0]}"
            pages.append(PageLink("WHO ICD-10 (2019)", url, remark))
    return tuple(pages)
