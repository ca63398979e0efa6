// Devices as a table where there is room, as cards where there is not.

import { ActionIcon, Menu, Table } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { Link } from "wouter";
import { inWords } from "../../freshness";
import { isCarer } from "../../roles";
import { useMe } from "../../session";
import type { Device } from "../../words";
import type { Act } from "./acts";
import classes from "./devices.module.css";
import { certificateOf, clockOf, hasEnded, STATES, stateOf, type Told } from "./state";
import { useMay } from "./use-devices";

type Props = {
  devices: Device[];
  now: number;
  onAct: (act: Act) => void;
  onQuarantine: (device: string) => void;
};

export function DeviceList(props: Props) {
  const isNarrow = useMediaQuery("(max-width: 900px)");
  return isNarrow ? <Cards {...props} /> : <Rows {...props} />;
}

const HEADS = ["State", "Device", "Worn by", "Last heard", "Clock", "Certificate", "Quarantine"];

function Rows({ devices, now, ...acts }: Props) {
  return (
    <Table className={classes.table} verticalSpacing={9}>
      <Table.Thead>
        <Table.Tr>
          {HEADS.map((head) => (
            <Table.Th key={head} scope="col">
              {head}
            </Table.Th>
          ))}
          <Table.Th scope="col">
            <span className={classes.unseen}>What to do</span>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {devices.map((device) => (
          <Table.Tr key={device.name} data-device={device.name}>
            <Table.Td>
              <StateBadge device={device} now={now} />
            </Table.Td>
            <Table.Th scope="row">
              {device.name}
              <small>{device.kind}</small>
              {device.firmware && <small>{device.firmware}</small>}
            </Table.Th>
            <Table.Td>
              <Wearer device={device} />
            </Table.Td>
            <Table.Td>{heard(device, now)}</Table.Td>
            <Table.Td>
              <Judged {...clockOf(device)} />
            </Table.Td>
            <Table.Td>{!hasEnded(device) && <Judged {...certificateOf(device, now)} />}</Table.Td>
            <Table.Td>
              <QuarantineButton device={device} {...acts} />
            </Table.Td>
            <Table.Td>
              <Acts device={device} {...acts} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cards({ devices, now, ...acts }: Props) {
  return (
    <ul className={classes.cards}>
      {devices.map((device) => (
        <li key={device.name} className={classes.card} data-device={device.name}>
          <div className={classes.cardHead}>
            <b>{device.name}</b>
            <small>{device.kind}</small>
            <Acts device={device} {...acts} />
          </div>
          <StateBadge device={device} now={now} />
          <dl>
            <dt>Worn by</dt>
            <dd>
              <Wearer device={device} />
            </dd>
            {device.firmware && (
              <>
                <dt>Firmware</dt>
                <dd>{device.firmware}</dd>
              </>
            )}
            <dt>Last heard</dt>
            <dd>{heard(device, now)}</dd>
            <dt>Clock</dt>
            <dd>
              <Judged {...clockOf(device)} />
            </dd>
            <dt>Certificate</dt>
            <dd>
              <Judged {...certificateOf(device, now)} />
            </dd>
            <dt>Quarantine</dt>
            <dd>
              <QuarantineButton device={device} {...acts} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  );
}

function StateBadge({ device, now }: { device: Device; now: number }) {
  const state = stateOf(device);
  const { label, sign } = STATES.find((one) => one.state === state) ?? { label: state, sign: "" };
  const since =
    device.since !== null && (state === "silent" || state === "connected")
      ? `for ${inWords(Math.max(0, now - device.since))}`
      : "";
  return (
    <span className={classes.state} data-state={state}>
      <i aria-hidden="true">{sign}</i>
      <span>
        <b>{label}</b> <small>{since}</small>
        {device.detail && state !== "connected" && <small>{device.detail}</small>}
      </span>
    </span>
  );
}

function heard(device: Device, now: number): string {
  if (device.last_seen === null) return "never";
  const age = Math.max(0, now - device.last_seen);
  return age < 5_000 ? "now" : `${inWords(age)} ago`;
}

function Wearer({ device }: { device: Device }) {
  const { role } = useMe().person;
  if (device.patient_id === null) return <span className={classes.nobody}>nobody</span>;
  const words = (
    <>
      {device.patient ?? device.ward ?? "somebody"}
      <small>{device.bed}</small>
    </>
  );
  if (!isCarer(role)) return <span className={classes.wearer}>{words}</span>;
  return (
    <Link className={classes.wearer} href={`/patients/${device.patient_id}`}>
      {words}
    </Link>
  );
}

function Judged({ text, isWrong }: Told) {
  return (
    <span className={classes.judged} data-wrong={isWrong || undefined}>
      {isWrong && <span aria-hidden="true">▲ </span>}
      {text}
    </span>
  );
}

function QuarantineButton({
  device,
  onQuarantine,
}: Pick<Props, "onQuarantine"> & { device: Device }) {
  const may = useMay();
  if (device.quarantined === 0) return <span className={classes.nobody}>none</span>;
  const words = `${device.quarantined} unread`;
  if (!may.act) return <Judged text={words} isWrong />;
  return (
    <button type="button" className={classes.quarantined} onClick={() => onQuarantine(device.name)}>
      <span aria-hidden="true">▲ </span>
      {words}
      <span className={classes.unseen}> messages of {device.name} in quarantine</span>
    </button>
  );
}

function Acts({ device, onAct }: Pick<Props, "onAct"> & { device: Device }) {
  const may = useMay();
  if (!may.bind || hasEnded(device)) return null;
  const isApart = device.status === "quarantined";
  const title = `What to do with ${device.name}`;
  return (
    <Menu position="bottom-end" width={210}>
      <Menu.Target>
        <ActionIcon variant="default" size={44} aria-label={title} title={title}>
          <span aria-hidden="true">⋯</span>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onAct({ act: "patient", device })}>Change who wears it</Menu.Item>
        {may.act && (
          <>
            {device.kind === "cloud" ? (
              <Menu.Item component={Link} href="/devices/clouds">
                Account at a cloud
              </Menu.Item>
            ) : (
              <>
                {!isApart && (
                  <Menu.Item onClick={() => onAct({ act: "token", device })}>New token</Menu.Item>
                )}
                <Menu.Item onClick={() => onAct({ act: "app", device })}>
                  Secret for an app
                </Menu.Item>
              </>
            )}
            <Menu.Item onClick={() => onAct({ act: isApart ? "release" : "quarantine", device })}>
              {isApart ? "Release" : "Quarantine"}
            </Menu.Item>
            <Menu.Item onClick={() => onAct({ act: "retire", device })}>Retire</Menu.Item>
            <Menu.Item color="var(--hw-act)" onClick={() => onAct({ act: "revoke", device })}>
              Revoke
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
