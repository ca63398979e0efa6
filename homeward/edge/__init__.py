"""The edge: a box near the devices that acknowledges from its own disk and forwards.

It needs neither the record nor the bus.
"""
