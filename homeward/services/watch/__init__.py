"""Watches over patients: judges readings as they come, and keeps the alarm ledger."""

from homeward.services.contract import Service
from homeward.services.watch.routes import ROUTES
from homeward.services.watch.work import work

SERVICE = Service("watch", ROUTES, work)
