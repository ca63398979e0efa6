// A device is linked with an account of a cloud, for whoever wears it; a new device is made on the way.

import { Button, CopyButton, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { Dialog } from "../../parts/dialog";
import { CheckIcon } from "../../parts/icons";
import { staffApi } from "../../staff-api";
import type { Clouds, Device, NewCloudLink } from "../../words";
import { QrCode, Wrong } from "./add-device";
import { everyService, serviceInWords } from "./cloud-state";
import classes from "./devices.module.css";
import { hasEnded, nameFault } from "./state";
import { useAct, useDevices, usePlaces } from "./use-devices";

type Props = { clouds: Clouds | null; first: string; isOpen: boolean; onClose: () => void };

export function LinkAccount({ clouds, first, isOpen, onClose }: Props) {
  return (
    <Dialog size="lg" isOpen={isOpen} onClose={onClose} title="Link an account">
      {isOpen && clouds && <Linking clouds={clouds} first={first} onDone={onClose} />}
    </Dialog>
  );
}

const NEW = "";

type Wish = { device: string; patient: string; service: string; account: string };

/** Made only where it is new: what fails after it leaves a device that is chosen the next time. */
async function link(wish: Wish, isNew: boolean): Promise<NewCloudLink & { device: string }> {
  if (isNew) {
    const patient_id = Number(wish.patient);
    await staffApi.addDevice({ name: wish.device, kind: "cloud", patient_id });
  }
  const made = await staffApi.linkCloud(wish.device, wish.service, wish.account);
  return { ...made, device: wish.device };
}

type LinkingProps = { clouds: Clouds; first: string; onDone: () => void };

function Linking({ clouds, first, onDone }: LinkingProps) {
  const known = (useDevices().data ?? []).filter((one) => one.kind === "cloud" && !hasEnded(one));
  const places = usePlaces(true).data ?? [];
  const services = everyService.filter((one) =>
    one === "withings" ? clouds.withings : clouds.open_wearables !== "",
  );
  const before = clouds.links.find(({ device }) => device === first)?.service;
  const [service, setService] = useState(before ?? services[0] ?? "");
  const [chosen, setChosen] = useState(first);
  const [name, setName] = useState("");
  const [patient, setPatient] = useState("");
  const [account, setAccount] = useState("");
  const [wasTried, setWasTried] = useState(false);
  const isNew = chosen === NEW && !known.some((one) => one.name === name);
  const device = chosen === NEW ? name : chosen;
  const make = useAct(
    (wish: Wish) => link(wish, isNew),
    () => service !== "withings" && onDone(),
  );
  if (make.data?.url) return <SignIn {...make.data} onDone={onDone} />;
  const asksUser = service !== "withings";
  const faults = {
    name: chosen === NEW ? nameFault(name) : null,
    patient: chosen === NEW && patient === "" ? "Say whose it is." : null,
    account: asksUser && account === "" ? "Enter their user at Open Wearables." : null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasTried(true);
    if (faults.name || faults.patient || faults.account) return;
    make.mutate({ device, patient, service, account: asksUser ? account : "" });
  };
  const linked = clouds.links.find((one) => one.device === device);
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <NativeSelect
          label="Cloud"
          value={service}
          data={services.map((one) => ({ value: one, label: serviceInWords(one) }))}
          onChange={(event) => setService(event.currentTarget.value)}
        />
        <NativeSelect
          label="Device that stands for it"
          value={chosen}
          data={[{ value: NEW, label: "A new one" }, ...known.map(choiceOf)]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        {chosen === NEW && (
          <>
            <TextInput
              label="Its name"
              description="Small letters, digits and dashes. It cannot be changed later."
              placeholder="watch-3-01"
              value={name}
              error={wasTried ? faults.name : null}
              autoComplete="off"
              data-autofocus
              onChange={(event) => setName(event.currentTarget.value.trim())}
            />
            <NativeSelect
              label="Worn by"
              value={patient}
              error={wasTried ? faults.patient : null}
              data={[
                { value: "", label: "Choose whose it is" },
                ...places.map(({ id, words }) => ({ value: String(id), label: words })),
              ]}
              onChange={(event) => setPatient(event.currentTarget.value)}
            />
          </>
        )}
        {asksUser ? (
          <TextInput
            label="Their user at Open Wearables"
            description="As Open Wearables shows it, such as 550e8400-e29b-41d4-a716-446655440000."
            value={account}
            error={wasTried ? faults.account : null}
            autoComplete="off"
            onChange={(event) => setAccount(event.currentTarget.value.trim())}
          />
        ) : (
          <Text>They sign in at Withings themselves and agree. You get an address for that.</Text>
        )}
        {linked && (
          <Text>
            {device} is linked with {serviceInWords(linked.service)} now: that link ends.
          </Text>
        )}
        {make.error && <Wrong words={make.error.message} />}
        <Button type="submit" loading={make.isPending}>
          {asksUser ? "Link" : "Link, and make the address"}
        </Button>
      </Stack>
    </form>
  );
}

function choiceOf(device: Device) {
  const place = [device.ward, device.bed].filter(Boolean).join(", ");
  const isFree = device.patient_id === null;
  const who = isFree ? "nobody wears it" : place || "somebody who has no bed";
  return { value: device.name, label: `${device.name} · ${who}`, disabled: isFree };
}

function SignIn({
  url,
  qr,
  device,
  onDone,
}: NewCloudLink & { device: string; onDone: () => void }) {
  return (
    <Stack gap="md">
      <Text>
        Who wears <b>{device}</b> opens this on their own telephone, signs in at Withings and
        agrees. It is good once, for a day, and shown only now.
      </Text>
      <div className={classes.token}>
        <QrCode svg={qr} alt="The address as a QR code" />
        <div className={classes.command}>
          <pre data-testid="sign-in">{url}</pre>
          <CopyButton value={url}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} leftSection={copied && <CheckIcon />}>
                {copied ? "Copied" : "Copy the address"}
              </Button>
            )}
          </CopyButton>
        </div>
      </div>
      <Text>Once they are done, this page says so, and so does their telephone.</Text>
      <div className={classes.acts}>
        <Button onClick={onDone} data-autofocus>
          They have it
        </Button>
      </div>
    </Stack>
  );
}
