// What the team of a ward sees, and research: one switch each, as it is now.

import { Switch } from "@mantine/core";
import { type Consent, type Consents, PARTS, type Part } from "../../consent-api";
import { fill, words } from "../../languages/speaking";
import type { Act } from "./consent";
import classes from "./consent.module.css";
import { partInWords } from "./words";

type Props = { found: Consents; open: Consent[]; act: Act };

export function Switches({ found, open, act }: Props) {
  const say = words("consent");
  const research = open.find(({ purpose }) => purpose === "research");
  const wards = found.wards.filter(
    ({ id, is_now }) => is_now || open.some(({ ward_id }) => ward_id === id),
  );
  const agree = () => act.say({ purpose: "research", decision: "permit", parts: [...PARTS] });
  return (
    <>
      {wards.map((ward) => (
        <Team key={ward.id} ward={ward} open={open} act={act} />
      ))}
      <section className={classes.box} aria-labelledby="research">
        <h2 id="research">{say.research}</h2>
        <Switch
          size="lg"
          checked={research !== undefined}
          disabled={act.isPending}
          label={say.researchMay}
          description={say.researchOff}
          onChange={() => (research ? act.end(research.id) : agree())}
        />
      </section>
    </>
  );
}

type TeamProps = { ward: Consents["wards"][number]; open: Consent[]; act: Act };

function Team({ ward, open, act }: TeamProps) {
  const say = words("consent");
  const closed = open.find(({ ward_id }) => ward_id === ward.id);
  const isHere = ward.is_now && ward.kind === "ward";
  const turn = (part: Part) => {
    const before: readonly Part[] = closed?.parts ?? [];
    const parts = before.includes(part) ? before.filter((one) => one !== part) : [...before, part];
    if (parts.length > 0) {
      act.say({ purpose: "care", decision: "deny", ward_id: ward.id, parts });
    } else if (closed) act.end(closed.id);
  };
  return (
    <section className={classes.box} aria-labelledby={`ward-${ward.id}`}>
      <h2 id={`ward-${ward.id}`}>{fill(say.team, { ward: ward.name })}</h2>
      {isHere ? (
        <p>{say.onWard}</p>
      ) : (
        PARTS.map((part) => (
          <Switch
            key={part}
            size="lg"
            checked={!closed?.parts.includes(part)}
            disabled={act.isPending}
            label={partInWords(part)}
            onChange={() => turn(part)}
          />
        ))
      )}
      {!isHere && closed && <p className={classes.warning}>{say.closed}</p>}
    </section>
  );
}
