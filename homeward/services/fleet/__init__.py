"""The fleet: which devices there are, their papers, and who wears them."""

from homeward.services.contract import Service
from homeward.services.fleet.routes import ROUTES

SERVICE = Service("fleet", ROUTES)
