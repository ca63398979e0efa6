"""The cold store in a bucket: a server of S3 that somebody else wrote, on loopback."""

import hashlib
import logging

import pytest

from homeward.model.errors import Misconfigured
from homeward.services.record.retention import Retention
from homeward.services.record.retire import Retirement
from homeward.store.cold import MARK, Cold, ColdAway
from tests.services.record.test_cold import keep, lets_go, old  # noqa: F401  (a fixture)


@pytest.fixture
def bucket():
    """An empty bucket, its address as a setting, and an independent client of it."""
    server = pytest.importorskip("moto.server", reason="a server of S3 for tests")
    boto3 = pytest.importorskip("boto3")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    running = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    running.start()
    host, port = running.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "ward", "aws_secret_access_key": "secret"}
    client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **keys)
    client.create_bucket(Bucket="archive")
    yield f"s3://ward:secret@archive/ward?endpoint={endpoint}&region=us-east-1", client, running
    running.stop()


async def test_vitals_leave_for_a_bucket_and_are_read_and_deleted_there(old, bucket):  # noqa: F811
    house, (url, client, _) = old, bucket
    house.store.cold = Cold(url)
    before = await house.charted("ann")
    assert await lets_go(house) == 2
    assert await house.charted("ann") == before
    listed = client.list_objects_v2(Bucket="archive")["Contents"]
    there = {each["Key"]: each["Size"] for each in listed}
    assert there.pop(f"ward/{MARK}")
    rows = await house.sql("select path, bytes, sha256 from cold_file")
    assert there == {f"ward/{row['path']}": row["bytes"] for row in rows}
    body = client.get_object(Bucket="archive", Key=f"ward/{rows[0]['path']}")["Body"].read()
    assert hashlib.sha256(body).hexdigest() == rows[0]["sha256"]
    await keep(house, Retention("vitals", hot_days=31, kept_days=40))
    await lets_go(house)
    listed = client.list_objects_v2(Bucket="archive")["Contents"]
    # Arrow leaves an empty object where a folder would be.
    assert [k for each in listed if not (k := each["Key"]).endswith("/")] == [f"ward/{MARK}"]


async def test_nothing_leaves_while_the_bucket_is_away(old, bucket):  # noqa: F811
    house, (url, client, _) = old, bucket
    house.store.cold = Cold(url.replace("archive", "nowhere"))
    chunks = await house.count("hour_chunk")
    with pytest.raises(ColdAway):
        await Retirement(house.store, house.tools.settings.data).step(house.clock[0])
    assert await house.count("hour_chunk") == chunks
    there = client.list_objects_v2(Bucket="archive").get("Contents", [])
    assert not [each["Key"] for each in there if each["Key"].endswith(".parquet")]


@pytest.mark.parametrize(
    "url", ["ftp://host/x", "file://relative/x", "s3:///x", "s3://bucket?colour=red", "file:///"]
)
def test_an_address_that_cannot_be_one_is_said_at_once(url):
    with pytest.raises(Misconfigured, match="cold_url"):
        Cold(url)
