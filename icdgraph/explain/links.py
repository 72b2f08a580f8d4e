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

_IN_WHO = re.compile(r"[A-Z]\d\d(?:\.\d)?")
"""What a code of WHO ICD-10 can look like: a category, or four characters."""


class Link(NamedTuple):
    """A page about a code: whose it is, its address, and what to know before."""

    name: str
    url: str
    remark: str = ""


def links(node: Node) -> tuple[Link, ...]:
    """Return the pages of CMS, NCHS and WHO about *node*.

    WHO divides categories by a digit alone, so that codes such as C4A or E11.A have no
    page there.

    >>> from icdgraph.toy import toy
    >>> [link.url for link in links(toy().core["M54.50"])][-1]
    'https://icd.who.int/browse10/2019/en#/M54.5'
    """
    pages = [Link("CMS, code files and Guidelines", CMS)]
    if node.kind in CODE_KINDS:
        url = NCHS.format(version=node.graph.version, code=node.code)
        pages.insert(0, Link("NCHS browser", url))
        code = who_code(node.code)
        if code:
            url = WHO.format(code=code)
            pages.append(Link("WHO ICD-10 (2019)", url, f"if WHO has {code}"))
    return tuple(pages)


def who_code(code: str) -> str:
    """Return the first four characters of *code* if WHO can have them, else nothing.

    >>> [who_code(code) for code in ("S06.0X1A", "M54", "E11.A", "C4A.0", "W03.XXXA")]
    ['S06.0', 'M54', '', '', '']
    """
    match = _IN_WHO.match(code)
    whole = match[0] if match else ""
    return whole if "." in whole or whole == code else ""
