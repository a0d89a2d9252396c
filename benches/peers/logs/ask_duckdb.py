"""The league of sites by DuckDB, on two threads."""

import duckdb

from columns import COLUMNS, FILES

duckdb.sql("SET threads = 2")
columns = ", ".join(f"'{name}': 'VARCHAR'" for name in COLUMNS)
duckdb.sql(f"""
    COPY (
        SELECT x_host_header AS site, count(*) AS requests, sum(sc_bytes::BIGINT) AS bytes,
            round(100.0 * count(*) FILTER (x_edge_result_type IN ('Hit', 'RefreshHit')) / count(*), 2) AS hits,
            approx_quantile(try_cast(time_to_first_byte AS DOUBLE), 0.95) AS p95
        FROM read_csv({FILES}, delim = '\t', skip = 2, header = false, quote = '', escape = '',
            auto_detect = false, columns = {{{columns}}})
        GROUP BY site ORDER BY requests DESC, site
    ) TO '/dev/stdout' (FORMAT csv, HEADER)
""")
