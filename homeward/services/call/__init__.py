"""Calls people, one after the other, until somebody answers."""

from homeward.services.call.routes import ROUTES
from homeward.services.call.work import work
from homeward.services.contract import Service

SERVICE = Service("call", ROUTES, work)
