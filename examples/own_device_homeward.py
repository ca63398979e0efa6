"""Send a pulse a second from an enrolled folder: python own_device_homeward.py FOLDER [COUNT]."""

import sys
import time

from homeward.device import Device

folder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 60
with Device(folder, spool_bytes=50_000_000, on_command=print) as device:
    for beat in range(count):
        device.send(pulse=70 + beat % 5, oxygen_saturation=97)
        time.sleep(1)
    device.flushed()  # stored, and on the server's or the edge's disk, once this returns
print("everything is stored")
