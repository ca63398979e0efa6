"""Send a pulse a second from an enrolled folder: python own_device_paho.py FOLDER [COUNT]."""

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from paho.mqtt.client import Client, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion

folder, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 60
me = json.loads((folder / "device.json").read_text())
client = Client(CallbackAPIVersion.VERSION2, me["name"], protocol=MQTTv5)
client.tls_set(str(folder / "ca.pem"), str(folder / "cert.pem"), str(folder / "key.pem"))
client.connect(me["mqtt_host"], me["mqtt_port"])
client.loop_start()
for beat in range(count):
    pulse = {"vital": "pulse", "value": 70 + beat % 5, "unit": "/min"}
    pulse["at"] = datetime.now(UTC).isoformat()
    told = client.publish(f"devices/{me['name']}/readings", json.dumps(pulse), qos=1)
    told.wait_for_publish(10)  # stored, and on its disk, once this returns
    time.sleep(1)
client.disconnect()
client.loop_stop()
