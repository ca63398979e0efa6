// The secret by which an app on a phone speaks for a device: shown once, ended at once.

import { Button, CopyButton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { CheckIcon } from "../../parts/icons";
import { staffApi } from "../../staff-api";
import type { PhoneSecret } from "../../words";
import { Wrong } from "./add-device";
import classes from "./devices.module.css";
import { useAct } from "./use-devices";

type Props = { device: string; onDone: () => void };

const OFF =
  "Apps cannot come in yet: whoever runs this server sets HOMEWARD_NIGHTSCOUT_PORT and starts it again.";

export function AppSecretActs({ device, onDone }: Props) {
  const now = useNow();
  const known = useQuery({
    queryKey: ["devices", "app", device],
    queryFn: () => staffApi.appSecrets(device),
  });
  const make = useAct(() => staffApi.makeAppSecret(device));
  const end = useAct(() => staffApi.endAppSecret(device));
  if (known.error) return <Wrong words={known.error.message} />;
  if (!known.data) return <Text role="status">Looking…</Text>;
  if (make.data) return <Shown {...make.data} device={device} onDone={onDone} />;
  const inUse = known.data.find(({ ended }) => ended === null);
  const wrong = make.error ?? end.error;
  return (
    <Stack gap="md">
      <Text>
        An uploader on a phone (xDrip+, AndroidAPS, Loop, Juggluco) shows this secret in place of a
        certificate. It speaks for {device} and for nothing else.
      </Text>
      <Text data-testid="in-use">{inUse ? since(inUse, now) : "No app has a secret now."}</Text>
      {wrong && <Wrong words={wrong.message} />}
      <div className={classes.acts}>
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        {inUse && (
          <Button
            color="red"
            variant="outline"
            loading={end.isPending}
            onClick={() => end.mutate()}
          >
            End it
          </Button>
        )}
        <Button loading={make.isPending} onClick={() => make.mutate()}>
          {inUse ? "Make another, ending this one" : "Make a secret"}
        </Button>
      </div>
    </Stack>
  );
}

function since({ made, made_by }: PhoneSecret, now: number): string {
  return `An app has one since ${clockTime(made, now)}, made by ${made_by ?? "the operator"}.`;
}

function Shown({ secret, url, device, onDone }: Props & { secret: string; url: string }) {
  return (
    <Stack gap="md">
      <Text>
        Enter this in the app as API secret or access token, with the address below. It is shown
        this once: nobody can look it up again.
      </Text>
      <div>
        <div className={classes.command}>
          <pre data-testid="secret">{secret}</pre>
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} leftSection={copied && <CheckIcon />}>
                {copied ? "Copied" : "Copy the secret"}
              </Button>
            )}
          </CopyButton>
          {url ? <pre>{url}</pre> : <Text>{OFF}</Text>}
        </div>
      </div>
      <Button onClick={onDone} data-autofocus>
        {device}’s app has it
      </Button>
    </Stack>
  );
}
