"""Serve the application until cancelled."""

from collections.abc import Sequence
from pathlib import Path

import uvicorn

from homeward.api.app import create_app
from homeward.guard.route import Route
from homeward.services.contract import Tools

WEBSOCKET_BYTES_MAX = 65_536  # screens say little
SHUTDOWN_SECONDS = 3
HEADER_BYTES_MAX = 16_384


async def serve(
    tools: Tools, routes: Sequence[Route], *, tls: tuple[Path, Path] | None = None
) -> None:
    """Listen on settings.web_host and web_port; `tls` is a certificate chain and its key."""
    config = uvicorn.Config(
        create_app(tools, routes),
        host=tools.settings.web_host,
        port=tools.settings.web_port,
        log_level="warning",
        access_log=False,  # paths carry patient ids
        ws="websockets-sansio",
        ws_max_size=WEBSOCKET_BYTES_MAX,
        ws_ping_interval=20.0,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_certfile=tls[0] if tls else None,
        ssl_keyfile=tls[1] if tls else None,
        server_header=False,
    )
    await uvicorn.Server(config).serve()
