"""The wing that keeps everything: SQLite for one process, PostgreSQL for many, behind the ports of core."""
