// Every device that may speak to Homeward: is it heard, whose is it, and what went wrong.

import { Button, Group, TextInput } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { useNow } from "../../live";
import { PlusIcon } from "../../parts/icons";
import { PageHead } from "../../parts/page-head";
import { DevicesIcon, SearchIcon } from "../../parts/staff-icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import type { Device } from "../../words";
import { type Act, Acting } from "./acts";
import { AddDevice } from "./add-device";
import { DeviceList } from "./device-list";
import classes from "./devices.module.css";
import { QuarantineDrawer } from "./quarantine";
import { rankOf, STATES, type State, stateOf } from "./state";
import { useDevices, useMay } from "./use-devices";

export default function Devices() {
  const devices = useDevices();
  const may = useMay();
  const [isAdding, setIsAdding] = useState(false);
  return (
    <>
      <PageHead title="Devices">
        {may.act && (
          <Group gap="sm">
            <Button h={44} variant="default" component={Link} href="/devices/clouds">
              Accounts at clouds
            </Button>
            <Button h={44} leftSection={<PlusIcon />} onClick={() => setIsAdding(true)}>
              Add a device
            </Button>
          </Group>
        )}
      </PageHead>
      {devices.error && !devices.data ? (
        <Trouble error={devices.error} again={() => void devices.refetch()} />
      ) : !devices.data ? (
        <Waiting what="Asking for the devices" />
      ) : devices.data.length === 0 ? (
        <Empty title="No device has been added yet" icon={<DevicesIcon size={34} />}>
          {may.act ? "Add the first one: it gets a name here, and its own key at home." : ""}
        </Empty>
      ) : (
        <Fleet devices={devices.data} />
      )}
      <AddDevice isOpen={isAdding} onClose={() => setIsAdding(false)} />
    </>
  );
}

function Fleet({ devices }: { devices: Device[] }) {
  const now = useNow();
  const [filter, setFilter] = useState<State | null>(null);
  const [search, setSearch] = useState("");
  const [acting, setActing] = useState<Act | null>(null);
  const [quarantined, setQuarantined] = useState<string | null>(null);
  const shown = devices
    .filter((device) => filter === null || stateOf(device) === filter)
    .filter((device) => matches(device, search))
    .sort((one, other) => rankOf(one) - rankOf(other) || one.name.localeCompare(other.name));
  return (
    <>
      <div className={classes.filters}>
        <Filters devices={devices} filter={filter} onFilter={setFilter} />
        <TextInput
          aria-label="Find a device"
          placeholder="Find by name, kind, person or bed"
          leftSection={<SearchIcon />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {shown.length === 0 ? (
        <Empty title="No device is like that" />
      ) : (
        <DeviceList devices={shown} now={now} onAct={setActing} onQuarantine={setQuarantined} />
      )}
      <Acting acting={acting} onClose={() => setActing(null)} />
      <QuarantineDrawer device={quarantined} onClose={() => setQuarantined(null)} />
    </>
  );
}

function matches(device: Device, search: string): boolean {
  const words = [device.name, device.kind, device.patient, device.ward, device.bed]
    .join(" ")
    .toLowerCase();
  return words.includes(search.trim().toLowerCase());
}

type FiltersProps = {
  devices: Device[];
  filter: State | null;
  onFilter: (state: State | null) => void;
};

// Shown once there is one: on a telephone each button is a line.
const RARE = new Set<State | null>(["quarantined", "revoked", "retired"]);

function Filters({ devices, filter, onFilter }: FiltersProps) {
  const lines = [{ state: null, label: "All", sign: "" }, ...STATES];
  return (
    <fieldset className={classes.states}>
      <legend className={classes.unseen}>Show devices that are</legend>
      {lines.map(({ state, label, sign }) => {
        const count = devices.filter((one) => state === null || stateOf(one) === state).length;
        if (count === 0 && RARE.has(state) && filter !== state) return null;
        return (
          <button
            key={label}
            type="button"
            className={classes.filter}
            aria-pressed={filter === state}
            onClick={() => onFilter(state)}
          >
            <span aria-hidden="true">{sign}</span> {label} <b>{count}</b>
          </button>
        );
      })}
    </fieldset>
  );
}
