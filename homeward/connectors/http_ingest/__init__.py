"""HTTPS ingest: the device door for whom MQTT does not suit, for gateways, and for edges."""

from homeward.connectors.http_ingest.listen import opened

__all__ = ["opened"]
