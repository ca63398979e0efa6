// By whose clock a plan goes: the zone where the patient lives, or is travelling.

import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fill, words } from "../../languages/speaking";
import { planApi } from "../../plan-api";
import classes from "../own/own.module.css";
import { forCarers } from "./for-carers";

const spelt = (zone: string) => zone.replaceAll("_", " ");

export function ClockOf({ patient, isCarer }: { patient: number; isCarer: boolean }) {
  const clock = useQuery({ queryKey: ["zone", patient], queryFn: () => planApi.zone(patient) });
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  if (!clock.data) return null;
  const say = words("plan");
  const { zone, of_house, changes } = clock.data;
  const said = changes.find((each) => each.zone === zone);
  const save = async () => {
    setTrouble("");
    try {
      await planApi.move(patient, chosen ?? zone);
      setChosen(null);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : say.failed);
    }
    await cache.invalidateQueries({ queryKey: ["zone", patient] });
    await cache.invalidateQueries({ queryKey: ["plans", patient] });
  };
  return (
    <section className={classes.card} aria-labelledby="clock">
      <h2 id="clock">{isCarer ? forCarers.clock : say.clock}</h2>
      <p>
        {fill(said ? say.clockSaid : zone === of_house ? say.clockHouse : say.clockIs, {
          zone: spelt(zone),
          name: said?.made_by ?? "",
        })}
      </p>
      {trouble && <p role="alert">{trouble}</p>}
      {chosen === null ? (
        <Button
          mih={44}
          variant="default"
          className={classes.act ?? ""}
          onClick={() => setChosen(zone)}
        >
          {say.changeClock}
        </Button>
      ) : (
        <>
          <NativeSelect
            label={say.fromNow}
            size="md"
            value={chosen}
            data={zones(zone).map((one) => ({ value: one, label: spelt(one) }))}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <div className={classes.acts}>
            <Button mih={44} variant="default" onClick={() => setChosen(null)}>
              {say.cancel}
            </Button>
            <Button mih={44} disabled={chosen === zone} onClick={() => void save()}>
              {say.saveClock}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}

/** Every zone this browser knows, with the one that is set. */
function zones(current: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return known.includes(current) ? known : [current, ...known];
}
