// How I am reached away from these pages: my ways in order, whether each is proven, and a test.

import { Alert, Text } from "@mantine/core";
import { Filled } from "../../languages/filled";
import { words } from "../../languages/speaking";
import { BellIcon, WarningIcon } from "../../parts/icons";
import { PageHead } from "../../parts/page-head";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { reachApi } from "../../reach-api";
import { isCarer } from "../../roles";
import { useMe } from "../../session";
import type { Reach } from "../../words";
import { AddWays } from "./add-ways";
import { Calls } from "./calls";
import { ContactCard } from "./contact-card";
import classes from "./reached.module.css";
import { useAct, usePushState, useReach } from "./use-reach";
import { wayWords } from "./ways";

export default function Reached() {
  const { role } = useMe().person;
  const say = words("reached");
  const isPatient = role === "patient" || role === "relative";
  return (
    <div className={classes.page}>
      <PageHead title={say.title} />
      <p className={classes.lead}>{isPatient ? say.lead : say.leadStaff}</p>
      {isCarer(role) && <Calls />}
      <Body />
    </div>
  );
}

function Body() {
  const reach = useReach();
  if (reach.error && !reach.data) {
    return <Trouble error={reach.error} again={() => void reach.refetch()} />;
  }
  if (!reach.data) return <Waiting what={words("reached").reading} />;
  return (
    <>
      <Lost lost={reach.data.lost} />
      <Ways reach={reach.data} />
      <AddWays reach={reach.data} />
    </>
  );
}

function Lost({ lost }: Pick<Reach, "lost">) {
  return lost.map(({ id, way, label }) => (
    <Alert key={id} role="alert" color="yellow" icon={<WarningIcon />} className={classes.lost}>
      <Filled
        text={words("reached").lostOne}
        values={{
          way: way === "web_push" ? words("reached").pushes : wayWords(way).name,
          label: <b>{label || words("reached").oneOfYours}</b>,
        }}
      />
    </Alert>
  ));
}

function Ways({ reach }: { reach: Reach }) {
  const here = usePushState().data?.endpoint ?? null;
  const order = useAct(reachApi.orderContacts);
  const { contacts } = reach;
  if (contacts.length === 0) {
    return (
      <div className={classes.none}>
        <Empty title={words("reached").nobody} icon={<BellIcon size={34} />}>
          <Text>{words("reached").addBelow}</Text>
        </Empty>
      </div>
    );
  }
  const move = (from: number, to: number) => {
    const ids = contacts.map(({ id }) => id);
    ids.splice(to, 0, ...ids.splice(from, 1));
    order.mutate(ids);
  };
  return (
    <ol className={classes.ways} aria-label={words("reached").inOrder}>
      {contacts.map((contact, place) => (
        <ContactCard
          key={`${contact.way} ${contact.endpoint ?? contact.address}`}
          contact={contact}
          place={place + 1}
          count={contacts.length}
          isHere={contact.endpoint !== null && contact.endpoint === here}
          siteNamesHealth={reach.site_names_health}
          onMove={(by) => move(place, place + by)}
        />
      ))}
    </ol>
  );
}
