insert into door values ('door on bedside', '2026-02-26Z');
update device_state set visit = nextval('device_visit'), door = 'door on bedside' where device_id = 1;
