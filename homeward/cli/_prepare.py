"""What comes once before the processes of an installation: its database, its keys and papers."""

import asyncio

import click

from homeward.cli._back_up import is_embedded
from homeward.cli._backing_up import forget_stream
from homeward.cli._rotating import take_in
from homeward.engines.audit_key import keep_audit_key
from homeward.engines.certificates import Authority, names_of
from homeward.engines.folder import DataFolder
from homeward.engines.people_key import keep_people_key
from homeward.engines.push_key import keep_push_key
from homeward.engines.wrapping_key import keep_wrapping_key, reads
from homeward.settings import Settings
from homeward.store import Store
from homeward.store.keyring import Keyring, is_unsealed
from homeward.store.migrate import let_in, migrate


def prepare(settings: Settings) -> None:
    """Bring the database up to date and keep the certificates fresh."""
    keep_push_key(settings.data)
    keep_audit_key(settings.data)
    keep_people_key(settings.data)
    authority = Authority.open(DataFolder(settings.data).certificates)
    authority.keep_server(names_of(settings.public_names))
    applied = migrate(settings.postgres_url)
    asyncio.run(_match_keys(settings))
    if is_embedded(settings, settings.postgres_url):
        let_in(settings.postgres_url, settings.postgres_web_url)
    if not settings.backup_folder:
        forget_stream(settings.postgres_url)
    if settings.watch_shares:
        asyncio.run(_divide(settings))
    if settings.sentinel:
        from homeward.cli._pretend import keep_sentinel

        asyncio.run(keep_sentinel(settings, DataFolder(settings.data).path / "sentinel"))
    click.echo(f"{len(applied)} migrations applied" if applied else "up to date")


async def _match_keys(settings: Settings) -> None:
    """See that the key of this machine is the one of this database. Raises Misconfigured."""
    await take_in(settings)
    async with Store.open(settings.postgres_url) as store:
        if await is_unsealed(store.door()):
            keep_wrapping_key(settings)
        await Keyring(reads(settings)).adopt(store.door())


async def _divide(settings: Settings) -> None:
    """Divide patients into as many shares as the settings say."""
    from homeward.services.watch.shares import divide

    async with Store.open(settings.postgres_url) as store:
        if await divide(store, settings.watch_shares):
            click.echo(f"patients are divided into {settings.watch_shares} shares from now on")
