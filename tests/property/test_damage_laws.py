"""Whatever happens to a file, it is read, or refused with `DamagedRelease`."""

import gzip
import io
import lzma
import re
import zipfile
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from icdgraph import DamagedRelease, toy
from icdgraph.graph import Graph
from icdgraph.graph.build import build
from icdgraph.read import orderfile, tabular
from icdgraph.release import archive

TOY = toy.PATH.read_bytes()
WORDS = re.findall(rb"<[^>]*>|[^<>]+", TOY)
ORDER = b"\n".join(
    f"{n:05} {code:<7} {n % 2} {'short':<60} long".encode()
    for n, code in enumerate(["A00", "A000", "S0001XA", "M5450", "QA0"], 1)
)
ODD = [b"", b"\0", b"\xff", b"<", b">", b"&", b"\r\n", b"\xef\xbb\xbf", b"]]>", b"<!--"]


@st.composite
def mutated(draw, data):
    """Draw *data* with a few bytes changed, cut out, doubled or put in."""
    for _ in range(draw(st.integers(1, 4))):
        low = draw(st.integers(0, len(data)))
        high = min(len(data), low + draw(st.integers(0, 80)))
        piece = draw(
            st.one_of(
                st.sampled_from([*ODD, data[low:high] * 2]), st.binary(max_size=8)
            )
        )
        data = data[:low] + piece + data[high:]
    return data


@st.composite
def rewritten(draw):
    """Draw the toy with some of its tags and texts in other places."""
    words = list(WORDS)
    for _ in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(words) - 1))
        other = draw(st.one_of(st.sampled_from(WORDS), st.just(b"")))
        if draw(st.booleans()) and other.startswith(b"<") != words[place].startswith(
            b"<"
        ):
            words.insert(place, other)
        else:
            words[place] = other
    return b"".join(words)


@st.composite
def reworded(draw):
    """Draw the toy with one text or attribute, well-formed, in place of another."""
    text = TOY.decode()
    values = re.findall(r'>([^<>\s][^<>]*)<|="([^"]*)"', text)
    known = sorted({a or b for a, b in values})
    for _ in range(draw(st.integers(1, 4))):
        old = draw(st.sampled_from(known))
        new = draw(st.one_of(st.sampled_from(known), st.text("AZ09.-() ÿ", max_size=6)))
        text = text.replace(f">{old}<", f">{new}<").replace(f'"{old}"', f'"{new}"')
    return text.encode()


def _grow(data):
    with suppress(DamagedRelease):
        graph = Graph(build(tabular.read(data, "x.xml"), "x.xml"))
        for node in graph.nodes():
            assert node.notes is not None
        assert len(graph.leaves) == sum(not node.children for node in graph.nodes())


@settings(max_examples=300)
@given(mutated(TOY))
def test_mutated_bytes_of_a_tabular_list(data):
    _grow(data)


@settings(max_examples=200)
@given(rewritten())
def test_a_tabular_list_with_other_tags(data):
    _grow(data)


@settings(max_examples=200)
@given(reworded())
def test_a_tabular_list_with_other_words(data):
    _grow(data)


@settings(max_examples=300)
@given(st.one_of(mutated(ORDER), st.binary()))
def test_mutated_bytes_of_an_order_file(data):
    with suppress(DamagedRelease):
        assert orderfile.read(data, "o.txt")


def _zipped():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("tabular.xml", TOY[:400])
    return buffer.getvalue()


PACKED = [gzip.compress(TOY[:400], mtime=0), lzma.compress(TOY[:400]), _zipped()]


@settings(max_examples=600)
@given(st.sampled_from(PACKED).flatmap(mutated))
def test_mutated_bytes_of_an_archive(data):
    with suppress(DamagedRelease):
        assert isinstance(archive.unpack(data, "x.zip"), bytes)
