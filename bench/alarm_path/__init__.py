"""What bench/alarm_latency.py stands on: monitors, a raw way beside ours, and screens."""
