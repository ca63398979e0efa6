"""Routes of clouds: which account is which device, and how it goes."""

from urllib.parse import urlencode

from fastapi import Request

from homeward.guard.route import IN_PATH, Route
from homeward.model.cloud import Service
from homeward.model.errors import Conflict, Unreadable
from homeward.model.person import Role
from homeward.services.asking import Asking
from homeward.services.contract import Tools
from homeward.services.phones import clouds
from homeward.services.phones import views as v
from homeward.services.picture import qr
from homeward.settings import Settings

ENGINEERS = frozenset({Role.ENGINEER, Role.ADMINISTRATOR})
WITHINGS_SIGN_IN = "https://account.withings.com/oauth2_user/authorize2"
LOOPBACK_HOST = "127.0.0.1"  # where it listens; a proxy stands before it
WIRED = "which accounts are linked, for whoever wires devices: where they lie, and no name"
WITHINGS_SCOPE = "user.metrics"  # measures, and nothing of who they are


def sign_in_url(settings: Settings, shown: str) -> str:
    """Where an owner gives leave; empty where nothing is asked of them. Raises Conflict."""
    if not shown:
        return ""
    client = settings.withings_client.partition(":")[0]
    if not has_withings(settings):
        raise Conflict("Withings is not set up: clouds_port, clouds_url and withings_client.")
    return f"{WITHINGS_SIGN_IN}?" + urlencode(
        {
            "response_type": "code",
            "client_id": client,
            "scope": WITHINGS_SCOPE,
            "redirect_uri": f"{settings.clouds_url.rstrip('/')}/withings/back",
            "state": shown,
        }
    )


def has_withings(settings: Settings) -> bool:
    """Whether an owner can be sent to Withings."""
    client = settings.withings_client.partition(":")[0]
    return bool(client and settings.clouds_url and settings.clouds_port)


def event_url(settings: Settings) -> str:
    """Where Open Wearables sends its events; empty where nothing is taken from it."""
    if not settings.open_wearables_secret or not settings.clouds_port:
        return ""
    ours = settings.clouds_url.rstrip("/") or f"http://{LOOPBACK_HOST}:{settings.clouds_port}"
    return f"{ours}/open-wearables"


def service_of(name: str) -> Service:
    """A cloud by its name. Raises Unreadable."""
    try:
        return Service(name)
    except ValueError:
        raise Unreadable(f"A cloud is one of {', '.join(Service)}.") from None


async def get_clouds(door: Asking, request: Request) -> v.CloudsView:
    """Clouds as they are set up, and every link that is open."""
    tools: Tools = request.app.state.tools
    found = await clouds.open_links(door, tools.now())
    return v.CloudsView(event_url(tools.settings), has_withings(tools.settings), found)


async def get_cloud_links(name: str, door: Asking) -> list[v.CloudLinkView]:
    """The accounts of clouds a device was linked with, newest first."""
    return await clouds.links(door, name)


async def post_cloud_link(
    name: str, said: v.CloudAccount, door: Asking, request: Request
) -> v.NewCloudLinkView:
    """Link a device with an account of a cloud, for whoever wears it; the link before ends."""
    tools: Tools = request.app.state.tools
    service = service_of(said.service)
    if service is Service.WITHINGS:
        sign_in_url(tools.settings, "-")
    shown = await clouds.link(door, name, service, said.account, tools.now())
    url = sign_in_url(tools.settings, shown)
    return v.NewCloudLinkView(url, qr(url) if url else "")


async def post_cloud_link_end(name: str, door: Asking, request: Request) -> list[v.CloudLinkView]:
    """From now on nothing comes in from a cloud for this device."""
    tools: Tools = request.app.state.tools
    await clouds.unlink(door, name, tools.now())
    return await clouds.links(door, name)


CLOUD_ROUTES = (
    Route("GET", "/api/clouds", get_clouds, ENGINEERS, as_platform=WIRED),
    Route("GET", "/api/devices/{name}/cloud", get_cloud_links, ENGINEERS, as_platform=IN_PATH),
    Route("POST", "/api/devices/{name}/cloud", post_cloud_link, ENGINEERS),
    Route("POST", "/api/devices/{name}/cloud/end", post_cloud_link_end, ENGINEERS),
)
