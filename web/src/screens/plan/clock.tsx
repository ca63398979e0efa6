// By whose clock a plan goes: the zone where the patient lives, or is travelling.

import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { planApi } from "../../plan-api";
import classes from "../own/own.module.css";

const spelt = (zone: string) => zone.replaceAll("_", " ");

export function ClockOf({ patient, isCarer }: { patient: number; isCarer: boolean }) {
  const clock = useQuery({ queryKey: ["zone", patient], queryFn: () => planApi.zone(patient) });
  const cache = useQueryClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [trouble, setTrouble] = useState("");
  if (!clock.data) return null;
  const { zone, of_house, changes } = clock.data;
  const said = changes.find((each) => each.zone === zone);
  const save = async () => {
    setTrouble("");
    try {
      await planApi.move(patient, chosen ?? zone);
      setChosen(null);
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "This failed. Try again.");
    }
    await cache.invalidateQueries({ queryKey: ["zone", patient] });
    await cache.invalidateQueries({ queryKey: ["plans", patient] });
  };
  return (
    <section className={classes.card} aria-label="Clock">
      <h2>{isCarer ? "The patient's clock" : "My clock"}</h2>
      <p>
        Times are by the clock of <b>{spelt(zone)}</b>
        {said ? `, as ${said.made_by} said.` : zone === of_house ? ", as the house's." : "."}
      </p>
      {trouble && <p role="alert">{trouble}</p>}
      {chosen === null ? (
        <Button
          mih={44}
          variant="default"
          className={classes.act ?? ""}
          onClick={() => setChosen(zone)}
        >
          Change the clock
        </Button>
      ) : (
        <>
          <NativeSelect
            label="From now on, by the clock of"
            size="md"
            value={chosen}
            data={zones(zone).map((one) => ({ value: one, label: spelt(one) }))}
            onChange={(event) => setChosen(event.currentTarget.value)}
          />
          <div className={classes.acts}>
            <Button mih={44} variant="default" onClick={() => setChosen(null)}>
              Cancel
            </Button>
            <Button mih={44} disabled={chosen === zone} onClick={() => void save()}>
              Save the clock
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
