update device_state set sensors_off = '{"probe": [1770000000000, 1770000001000]}' where device_id = 1;
