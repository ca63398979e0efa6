"""The one door to PostgreSQL."""

from homeward.store.door import Door, Query, Store, queries
from homeward.store.migrate import migrate, refuse_older

__all__ = ["Door", "Query", "Store", "migrate", "queries", "refuse_older"]
