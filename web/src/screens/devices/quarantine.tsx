// What a device sent and nobody could read: kept whole, with the reason, to find out why.

import { Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { clockTime, inWords } from "../../freshness";
import { useNow } from "../../live";
import { SideDialog } from "../../parts/dialog";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { staffApi } from "../../staff-api";
import type { Quarantined } from "../../words";
import classes from "./devices.module.css";
import { bytesOf } from "./state";

export function QuarantineDrawer(props: { device: string | null; onClose: () => void }) {
  const { device, onClose } = props;
  return (
    <SideDialog
      isOpen={device !== null}
      onClose={onClose}
      title={device ? `Quarantine of ${device}` : ""}
    >
      {device && <Quarantine device={device} />}
    </SideDialog>
  );
}

function Quarantine({ device }: { device: string }) {
  const query = useQuery({
    queryKey: ["quarantine", device],
    queryFn: () => staffApi.quarantine(device),
    refetchInterval: 5_000,
  });
  if (query.error && !query.data)
    return <Trouble error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Waiting what="Reading the quarantine" />;
  if (query.data.length === 0) return <Empty title="Everything it sent could be read" />;
  const newestFirst = [...query.data].sort((one, other) => other.received - one.received);
  return (
    <Stack gap="sm" component="ul" className={classes.quarantine}>
      {newestFirst.map((one) => (
        <Message key={one.id} message={one} />
      ))}
    </Stack>
  );
}

function Message({ message }: { message: Quarantined }) {
  const now = useNow();
  const bytes = bytesOf(message.head);
  const [form, setForm] = useState(bytes.isText ? "text" : "hex");
  const age = inWords(Math.max(0, now - message.received));
  return (
    <li className={classes.message}>
      <b>{message.reason}</b>
      <Text size="sm" c="var(--hw-quiet)">
        {clockTime(message.received, now)}, {age} ago, on <code>{message.topic}</code>,{" "}
        {message.bytes} bytes{message.bytes > bytes.count && `, the first ${bytes.count} shown`}
      </Text>
      <fieldset className={classes.forms}>
        <legend className={classes.unseen}>Show what arrived as</legend>
        {(["text", "hex"] as const).map((one) => (
          <button
            key={one}
            type="button"
            className={classes.filter}
            aria-pressed={form === one}
            onClick={() => setForm(one)}
          >
            {one}
          </button>
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must take the keyboard */}
      <pre tabIndex={0}>{form === "text" ? bytes.text : bytes.hex}</pre>
    </li>
  );
}
