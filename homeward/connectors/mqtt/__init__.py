"""MQTT: the device door. Devices speak MQTT 3.1.1 or 5 over mutual TLS."""
