"""Who is here: staff, patients, wards, sign-in."""

from homeward.services.contract import Service
from homeward.services.people.routes import ROUTES

SERVICE = Service("people", ROUTES)
