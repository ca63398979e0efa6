"""Send batches from an enrolled folder: python own_device_aiomqtt.py FOLDER [COUNT]."""

import asyncio
import json
import ssl
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from aiomqtt import Client, Will


async def main(folder: Path, count: int) -> None:
    me, boot = json.loads((folder / "device.json").read_text()), int(time.time())
    tls = ssl.create_default_context(cafile=folder / "ca.pem")
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    where = {"hostname": me["mqtt_host"], "port": me["mqtt_port"], "identifier": me["name"]}
    will = Will(f"devices/{me['name']}/status", "vanished")
    async with Client(**where, tls_context=tls, will=will) as client:
        for seq in range(count):
            at = datetime.now(UTC).isoformat()
            pulse = {"vital": "pulse", "value": 70 + seq % 5, "unit": "/min", "at": at}
            oxygen = {"loinc": "59408-5", "value": 97, "unit": "%", "at": at}
            batch = {"boot": boot, "seq": seq, "readings": [pulse, oxygen]}
            await client.publish(f"devices/{me['name']}/readings", json.dumps(batch), qos=1)
            print("stored", seq)  # on disk once publish returns
            await asyncio.sleep(1)


asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60))
