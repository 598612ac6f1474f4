"""The embedded historian: one DuckDB file that holds what a run recorded."""
