// A new device: named here, then let in once by a token that the device itself uses up.

import { Button, CopyButton, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useEffect, useState } from "react";
import { countdown } from "../../freshness";
import { useNow } from "../../live";
import { Dialog } from "../../parts/dialog";
import { CheckIcon } from "../../parts/icons";
import { staffApi } from "../../staff-api";
import classes from "./devices.module.css";
import { nameFault } from "./state";
import { useAct, useDevices, usePlaces } from "./use-devices";

const KINDS = [
  "monitor",
  "cgm",
  "glucose meter",
  "oximeter",
  "blood pressure",
  "thermometer",
  "gateway",
  "other",
];

export function AddDevice({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  const [added, setAdded] = useState<string | null>(null);
  useEffect(() => {
    if (isOpen) setAdded(null);
  }, [isOpen]);
  return (
    <Dialog
      size="lg"
      isOpen={isOpen}
      onClose={onClose}
      title={added ? `Let ${added} in` : "Add a device"}
    >
      {added ? <Token device={added} onDone={onClose} /> : <NewDevice onAdded={setAdded} />}
    </Dialog>
  );
}

function NewDevice({ onAdded }: { onAdded: (name: string) => void }) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState("monitor");
  const [patient, setPatient] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const places = usePlaces(true);
  const add = useAct(staffApi.addDevice, () => onAdded(name));
  const fault = nameFault(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasTried(true);
    if (fault) return;
    add.mutate({ name, kind, ...(patient ? { patient_id: Number(patient) } : {}) });
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label="Name"
          description="Small letters, digits and dashes. It cannot be changed later."
          placeholder="monitor-3-09"
          value={name}
          error={wasTried ? fault : null}
          autoComplete="off"
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value.trim())}
        />
        <NativeSelect
          label="Kind"
          data={KINDS}
          value={kind}
          onChange={(event) => setKind(event.currentTarget.value)}
        />
        <NativeSelect
          label="For"
          value={patient}
          data={[
            { value: "", label: "Nobody yet" },
            ...(places.data ?? []).map(({ id, words }) => ({ value: String(id), label: words })),
          ]}
          onChange={(event) => setPatient(event.currentTarget.value)}
        />
        {add.error && <Wrong words={add.error.message} />}
        <Button type="submit" loading={add.isPending}>
          Add and make a token
        </Button>
      </Stack>
    </form>
  );
}

export function Wrong({ words }: { words: string }) {
  return (
    <Text role="alert" c="var(--hw-act)" fw={600}>
      {words}
    </Text>
  );
}

/** The one-time token as QR code and as the exact command, until used or expired. */
export function Token({ device, onDone }: { device: string; onDone: () => void }) {
  const now = useNow();
  const make = useAct(staffApi.deviceToken);
  const { mutate } = make;
  useEffect(() => mutate(device), [mutate, device]);
  const known = useDevices().data?.find(({ name }) => name === device);
  if (make.error) return <Wrong words={make.error.message} />;
  if (!make.data) return <Text role="status">Making a token…</Text>;
  const token = make.data;
  const isUsed = known !== undefined && known.certificate_expires !== null;
  if (isUsed) return <Arrived device={device} isConnected={known.connected} onDone={onDone} />;
  const leftMs = token.expires - now;
  return (
    <Stack gap="md">
      <Text>Run this on the device, or scan the code with it. The token works once.</Text>
      <div className={classes.token} data-expired={leftMs <= 0 || undefined}>
        <QrCode svg={token.qr} alt="The token as a QR code" />
        <div className={classes.command}>
          <pre>{token.command}</pre>
          <CopyButton value={token.command}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} leftSection={copied && <CheckIcon />}>
                {copied ? "Copied" : "Copy the command"}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
      {leftMs > 0 ? (
        <Text data-testid="expiry">
          Good for <b>{countdown(leftMs)}</b>. Waiting for {device} to enrol…
        </Text>
      ) : (
        <Text role="alert">
          <b>This token has expired.</b> Nobody can use it any more.
        </Text>
      )}
      <div className={classes.acts}>
        <Button variant="default" onClick={() => mutate(device)} loading={make.isPending}>
          Make another token
        </Button>
        <Button onClick={onDone}>Done</Button>
      </div>
    </Stack>
  );
}

export function QrCode({ svg: drawn, alt }: { svg: string; alt: string }) {
  // Shown as an image: what the server draws can then never run as part of the page.
  const svg = drawn.includes("xmlns=")
    ? drawn
    : drawn.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  const source = `data:image/svg+xml;utf8,${encodeURIComponent(svg)}`;
  return <img className={classes.qr} src={source} alt={alt} />;
}

type ArrivedProps = { device: string; isConnected: boolean; onDone: () => void };

function Arrived({ device, isConnected, onDone }: ArrivedProps) {
  return (
    <Stack gap="md">
      <Text className={classes.arrived} role="status">
        <CheckIcon size={28} />
        {isConnected
          ? `${device} is enrolled and connected.`
          : `${device} is enrolled and has its certificate. It has not connected yet.`}
      </Text>
      <Button onClick={onDone}>Done</Button>
    </Stack>
  );
}
