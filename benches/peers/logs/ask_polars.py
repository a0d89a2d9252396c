"""The league of sites by Polars, whose quantile is exact."""

import sys

import polars as pl

from columns import COLUMNS, FILES

logs = pl.scan_csv(
    FILES, separator="\t", has_header=False, skip_rows=2, quote_char=None, infer_schema=False, new_columns=COLUMNS
)
hit = pl.col("x_edge_result_type").is_in(["Hit", "RefreshHit"])
league = (
    logs.group_by(pl.col("x_host_header").alias("site"))
    .agg(
        pl.len().alias("requests"),
        pl.col("sc_bytes").cast(pl.Int64).sum().alias("bytes"),
        (100.0 * hit.sum() / pl.len()).round(2).alias("hits"),
        pl.col("time_to_first_byte").cast(pl.Float64, strict=False).quantile(0.95).alias("p95"),
    )
    .sort(["requests", "site"], descending=[True, False])
)
sys.stdout.write(league.collect(engine="streaming").write_csv())
