"""The one door to PostgreSQL."""

from homeward.store.door import Door, Store
from homeward.store.migrate import migrate, refuse_older
from homeward.store.sql import Query, queries

__all__ = ["Door", "Query", "Store", "migrate", "queries", "refuse_older"]
