"""The league of sites by ClickHouse, embedded, on two threads."""

import sys

import chdb

from columns import COLUMNS, FOLDER

structure = ", ".join(f"{name} String" for name in COLUMNS)
sys.stdout.write(
    str(
        chdb.query(
            f"""
            SELECT x_host_header AS site, count() AS requests, sum(toInt64(sc_bytes)) AS bytes,
                round(100.0 * countIf(x_edge_result_type IN ('Hit', 'RefreshHit')) / count(), 2) AS hits,
                quantile(0.95)(toFloat64OrNull(time_to_first_byte)) AS p95
            FROM file('{FOLDER}/**/*.gz', 'TSVRaw', '{structure}', 'gzip')
            GROUP BY site ORDER BY requests DESC, site
            SETTINGS max_threads = 2, input_format_tsv_skip_first_lines = 2
            """,
            "CSVWithNames",
        )
    )
)
