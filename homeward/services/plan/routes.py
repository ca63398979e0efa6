"""Every route of plan."""

from homeward.services.plan.zone_routes import ZONE_ROUTES

ROUTES = (*ZONE_ROUTES,)
