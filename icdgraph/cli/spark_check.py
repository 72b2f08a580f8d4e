"""The check of a table on Spark, as a command for spark-submit.

    spark-submit .../icdgraph/cli/spark_check.py CODES FINDINGS --encounter ID --code DX

Findings are written as Parquet to FINDINGS, rejected rows to ``FINDINGS.rejected``.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from icdgraph.check import Severity, spark
from icdgraph.errors import IcdGraphError
from icdgraph.loading import load
from icdgraph.release import source

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Check a table that Spark can read, and write findings and rejected rows."""
    options = vars(_parser().parse_args(arguments))
    graph = load(options.pop("release")).core
    if options["rules"]:
        options["rules"] = options["rules"].split(",")
    options["code"] = options["code"].split(",")
    table, folder = options.pop("table"), options.pop("findings").rstrip("/")
    spark.check_files(table, folder, graph, **options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="spark_check",
        description="Check encounters on Spark and write the findings as Parquet.",
        epilog="Example: spark_check.py s3a://claims/dx s3a://claims/findings "
        "--encounter claim_id --code dx --order seq",
    )
    parser.add_argument("table", help="Parquet or CSV that Spark can read")
    parser.add_argument("findings", help="a folder that does not exist yet")
    parser.add_argument("--encounter", required=True, metavar="COL")
    parser.add_argument("--code", required=True, metavar="COL", help="or dx1,dx2, dx*")
    parser.add_argument("--order", metavar="COL")
    parser.add_argument("--rules", metavar="IDS", help="E201,W3: ids or starts of ids")
    parser.add_argument("--severity", choices=list(Severity))
    parser.add_argument("--setting", choices=["inpatient", "outpatient"])
    parser.add_argument("--age", help="years, or 8d, 3w, 6m")
    parser.add_argument("--sex", choices=["F", "M"])
    parser.add_argument("--details", action="store_true", help="with sentences")
    parser.add_argument("--release", metavar="FILE", default=source.BUNDLED)
    return parser


if __name__ == "__main__":
    try:
        main()
    except IcdGraphError as exc:
        raise SystemExit(f"icdgraph: {exc}") from None
