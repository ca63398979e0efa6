"""Serve the application until cancelled."""

from collections.abc import Sequence
from pathlib import Path

import uvicorn
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from homeward.api.app import create_app
from homeward.connectors.tls import server_tls
from homeward.guard.route import Route
from homeward.services.contract import Tools

WEBSOCKET_BYTES_MAX = 65_536  # screens say little
SHUTDOWN_SECONDS = 3
HEADER_BYTES_MAX = 16_384


class Sockets(WebSocketsSansIOProtocol):
    """uvicorn's, which logs a text that is no UTF-8 as a failure of its own, and trips over it.

    Here it reaches whoever listens as a text that says nothing, and ends that connection.
    """

    def send_receive_event_to_app(self) -> None:
        """A whole message came."""
        if self.curr_msg_data_type == "text":
            try:
                b"".join(self.frames).decode()
            except UnicodeDecodeError:
                self.frames = [b""]
        super().send_receive_event_to_app()


async def serve(
    tools: Tools, routes: Sequence[Route], *, tls: tuple[Path, Path] | None = None
) -> None:
    """Listen on settings.web_host and web_port; `tls` is a certificate chain and its key."""
    config = uvicorn.Config(
        create_app(tools, routes),
        host=tools.settings.web_host,
        port=tools.settings.web_port,
        log_level="warning",
        log_config=None,  # it has one of its own: ours begins each record at the margin
        access_log=False,  # paths carry patient ids
        ws=Sockets,
        ws_max_size=WEBSOCKET_BYTES_MAX,
        ws_ping_interval=20.0,
        ws_per_message_deflate=False,
        h11_max_incomplete_event_size=HEADER_BYTES_MAX,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        ssl_context_factory=(lambda *_: server_tls(*tls)) if tls else None,
        server_header=False,
    )
    await uvicorn.Server(config).serve()
