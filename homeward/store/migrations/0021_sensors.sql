-- What devices say of their sensors.

alter table device_state add column sensors_off jsonb not null default '{}';
comment on column device_state.sensors_off is 'The sensors a device says are off, by name: since when, and when it said so last (ms since 1970).';
