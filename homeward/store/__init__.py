"""The one door to PostgreSQL."""

from homeward.store.door import Door, Query, Store, asking, queries
from homeward.store.migrate import migrate

__all__ = ["Door", "Query", "Store", "asking", "migrate", "queries"]
