// Accounts at clouds of wearables: which is whose device, whether anything comes, and what to do.

import { Button, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { clockTime, inWords } from "../../freshness";
import { useNow } from "../../live";
import { Dialog } from "../../parts/dialog";
import { PlusIcon } from "../../parts/icons";
import { PageHead } from "../../parts/page-head";
import { DevicesIcon } from "../../parts/staff-icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { staffApi } from "../../staff-api";
import type { Clouds, CloudLink as Linked } from "../../words";
import { Wrong } from "./add-device";
import { goingOf, inOrder, serviceInWords } from "./cloud-state";
import classes from "./clouds.module.css";
import devices from "./devices.module.css";
import { LinkAccount } from "./link-account";
import { useAct, useClouds } from "./use-devices";

export default function AccountsAtClouds() {
  const clouds = useClouds();
  // The device an account is linked with; empty: none is chosen yet.
  const [linking, setLinking] = useState<string | null>(null);
  const [ending, setEnding] = useState<Linked | null>(null);
  const { data } = clouds;
  const canLink = data !== undefined && (data.open_wearables !== "" || data.withings);
  return (
    <>
      <PageHead title="Accounts at clouds">
        {canLink && (
          <Button h={44} leftSection={<PlusIcon />} onClick={() => setLinking("")}>
            Link an account
          </Button>
        )}
      </PageHead>
      <p className={classes.back}>
        <Link href="/devices">Devices</Link> · What watches, rings, scales and cuffs tell their
        makers’ clouds comes in by these accounts. When nothing comes, no alarm rings.
      </p>
      {clouds.error && !data ? (
        <Trouble error={clouds.error} again={() => void clouds.refetch()} />
      ) : !data ? (
        <Waiting what="Asking for the accounts" />
      ) : (
        <>
          {(canLink || data.links.length > 0) && <SetUp clouds={data} />}
          <Links clouds={data} canLink={canLink} onLink={setLinking} onEnd={setEnding} />
        </>
      )}
      <LinkAccount
        clouds={data ?? null}
        first={linking ?? ""}
        isOpen={linking !== null}
        onClose={() => setLinking(null)}
      />
      <Dialog
        isOpen={ending !== null}
        onClose={() => setEnding(null)}
        title={`Unlink ${ending?.device ?? ""}`}
      >
        {ending && <Unlink linked={ending} onDone={() => setEnding(null)} />}
      </Dialog>
    </>
  );
}

function SetUp({ clouds }: { clouds: Clouds }) {
  return (
    <dl className={classes.setUp}>
      <dt>Open Wearables</dt>
      <dd>
        {clouds.open_wearables ? (
          <>
            sends its events to <code>{clouds.open_wearables}</code>
          </>
        ) : (
          "is not set up: HOMEWARD_OPEN_WEARABLES_SECRET"
        )}
      </dd>
      <dt>Withings</dt>
      <dd>
        {clouds.withings
          ? "is asked for whoever gave leave"
          : "is not set up: HOMEWARD_WITHINGS_CLIENT and HOMEWARD_CLOUDS_URL"}
      </dd>
    </dl>
  );
}

type LinksProps = {
  clouds: Clouds;
  canLink: boolean;
  onLink: (device: string) => void;
  onEnd: (linked: Linked) => void;
};

function Links({ clouds, canLink, onLink, onEnd }: LinksProps) {
  if (clouds.links.length > 0) {
    return (
      <ul className={classes.links}>
        {inOrder(clouds.links).map((linked) => (
          <OneLink
            key={linked.device}
            linked={linked}
            onLink={canLink ? onLink : null}
            onEnd={onEnd}
          />
        ))}
      </ul>
    );
  }
  if (canLink) {
    return (
      <Empty title="No account is linked yet" icon={<DevicesIcon size={34} />}>
        Link the first one: a device stands for it here, and says whose it is.
      </Empty>
    );
  }
  return (
    <Empty title="No cloud can come in yet" icon={<DevicesIcon size={34} />}>
      <p>
        Whoever runs this server sets HOMEWARD_CLOUDS_PORT, and HOMEWARD_OPEN_WEARABLES_SECRET or
        HOMEWARD_WITHINGS_CLIENT, and starts it again.
      </p>
    </Empty>
  );
}

type OneProps = {
  linked: Linked;
  onLink: ((device: string) => void) | null;
  onEnd: (linked: Linked) => void;
};

function OneLink({ linked, onLink, onEnd }: OneProps) {
  const now = useNow();
  const going = goingOf(linked);
  const mayLinkAgain = going.tone !== "fine" && linked.is_theirs && linked.service === "withings";
  return (
    <li className={classes.link} data-device={linked.device}>
      <div className={classes.name}>
        <h2>{linked.device}</h2>
        <p>
          {serviceInWords(linked.service)}
          {linked.account && (
            <>
              {" · "}
              <code>{linked.account}</code>
            </>
          )}
        </p>
      </div>
      <div className={classes.going} data-tone={going.tone}>
        <p>
          <span aria-hidden="true">{SIGNS[going.tone]}</span> <b>{going.words}</b>
        </p>
        {going.fix && <p>{going.fix}</p>}
      </div>
      <dl className={classes.facts}>
        <dt>Worn by</dt>
        <dd>{wornBy(linked)}</dd>
        <dt>Linked</dt>
        <dd>
          {clockTime(linked.made, now)} by {linked.made_by ?? "the operator"}
        </dd>
        <dt>Last came</dt>
        <dd>
          {linked.heard === null ? "never" : `${inWords(Math.max(0, now - linked.heard))} ago`}
        </dd>
      </dl>
      <div className={classes.do}>
        {onLink && mayLinkAgain && (
          <Button h={44} onClick={() => onLink(linked.device)}>
            Link again<span className={devices.unseen}> {linked.device}</span>
          </Button>
        )}
        <Button h={44} variant="default" onClick={() => onEnd(linked)}>
          Unlink<span className={devices.unseen}> {linked.device}</span>
        </Button>
      </div>
    </li>
  );
}

const SIGNS = { wrong: "▲", waits: "◌", fine: "●" };

function wornBy({ is_worn, ward, bed }: Linked): string {
  if (!is_worn) return "nobody";
  return ward === null ? "somebody who has no bed" : [ward, bed].filter(Boolean).join(", ");
}

function Unlink({ linked, onDone }: { linked: Linked; onDone: () => void }) {
  const end = useAct(() => staffApi.unlinkCloud(linked.device), onDone);
  const service = serviceInWords(linked.service);
  return (
    <Stack gap="md">
      <Text>
        From now on nothing comes from {service} for <b>{linked.device}</b>. What came before stays
        in the record{linked.is_asked && ", and what opened the account is deleted"}.
      </Text>
      {end.error && <Wrong words={end.error.message} />}
      <div className={devices.acts}>
        <Button variant="default" onClick={onDone} data-autofocus>
          Cancel
        </Button>
        <Button color="red" loading={end.isPending} onClick={() => end.mutate(undefined)}>
          Unlink {linked.device}
        </Button>
      </div>
    </Stack>
  );
}
