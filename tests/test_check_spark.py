"""The check on Spark, a driver and two executors, on real files."""

import os
import shutil
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import icdgraph
from icdgraph.check import rules
from icdgraph.errors import ParseError

pytest.importorskip("pyspark", reason="pyspark is not installed")
if shutil.which("java") is None:
    pytest.skip("Java is not installed", allow_module_level=True)
pytestmark = [
    pytest.mark.spark,
    # What PySpark says of itself: that pandas 3 is new to it, and sockets left open.
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
WHERE = {"encounter": "id", "code": "dx", "order": "seq"}
DATA = Path(__file__).parent / "data" / "checked_codes.txt"
CODES = DATA.read_text("utf-8").split()


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Start a cluster of two executors on the loopback, once for all tests."""
    from pyspark.sql import SparkSession

    before = dict(os.environ)
    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    folder = tmp_path_factory.mktemp("spark")
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .appName("icdgraph tests")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "3")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.local.dir", str(folder))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def codes(tmp_path_factory):
    """Return a folder of Parquet files, the rows of an encounter over all of them."""
    folder = tmp_path_factory.mktemp("codes")
    rows = [
        (f"E{number}", CODES[(number * 7 + place * 5) % len(CODES)], place)
        for number in range(300)
        for place in range(1 + number % 6)
    ]
    rows.append((None, "I10", 1))
    rows.append(("E1", " ", 9))
    for part in range(3):
        columns = list(map(list, zip(*rows[part::3], strict=True)))
        table = pa.table(columns, names=["id", "dx", "seq"])
        pq.write_table(table, folder / f"part-{part}.parquet")
    return folder


def _sorted(rows):
    return sorted(tuple("" if v is None else str(v) for v in r.values()) for r in rows)


def _of_spark(frame):
    return _sorted(row.asDict() for row in frame.collect())


PATIENT = {"setting": "inpatient", "age": "30", "sex": "M"}


@pytest.mark.parametrize(
    "options",
    [{}, {"details": True, "rules": [*rules()], **PATIENT}],
    ids=["plain", "all rules and details"],
)
def test_findings_are_those_of_one_machine(graph, session, codes, options):
    from icdgraph.check import spark

    table = session.read.parquet(str(codes))
    found = _of_spark(spark.check(table, graph.core, **options, **WHERE))
    alone = graph.check_table(codes, **options, **WHERE)
    assert found == _sorted(alone.findings.to_pylist())
    assert len(found) > 100


def test_rows_that_cannot_be_checked_are_returned(graph, session, codes):
    from icdgraph.check import spark

    table = session.read.parquet(str(codes))
    found = [
        row.asDict() for row in spark.rejected(table, graph.core, **WHERE).collect()
    ]
    alone = graph.check_table(codes, **WHERE).rejected.to_pylist()
    assert {(r["reason"], r["text"]) for r in found} == {
        (r["reason"], r["text"]) for r in alone
    }
    assert len(found) == 2


def test_the_command_writes_what_it_finds(graph, session, codes, tmp_path):
    from icdgraph.cli import spark_check

    table, out = tmp_path / "wide.csv", tmp_path / "found"
    table.write_text("id,dx1,dx2\n1,M5450,F4541\n2,M5441,\n,I10,\n", encoding="utf-8")
    spark_check.main(
        [str(table), str(out), "--encounter", "id", "--code", "dx*", "--rules", "E"]
    )
    (found,) = pq.read_table(out).to_pylist()
    assert (found["encounter"], found["rule"]) == ("1", "E201")
    (aside,) = pq.read_table(f"{out}.rejected").to_pylist()
    assert aside["reason"] == "the encounter is missing"


def test_a_column_that_is_not_there(session, codes):
    from icdgraph.check import spark

    table = session.read.parquet(str(codes))
    with pytest.raises(ParseError, match="no column 'visit' in the DataFrame"):
        spark.check(table, icdgraph.load().core, encounter="visit", code="dx")
