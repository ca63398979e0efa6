"""Reading the record: the ward board, the chart, the patient's own page."""

from homeward.services.chart.routes import ROUTES
from homeward.services.contract import Service

SERVICE = Service("chart", ROUTES)
