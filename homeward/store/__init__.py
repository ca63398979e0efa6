"""The one door to PostgreSQL."""

from homeward.store.door import Door, Query, Store, queries
from homeward.store.migrate import migrate

__all__ = ["Door", "Query", "Store", "migrate", "queries"]
