// Who came home from a ward: their plan begins and the limits that hold at home are chosen, in one
// act; where they have a plan, each limit is set anew by a person, or left.

import { Button, NativeSelect } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { clockTime } from "../../freshness";
import { limitsApi } from "../../limits-api";
import { useNow } from "../../live";
import { Trouble } from "../../parts/states";
import { type Carried, planApi } from "../../plan-api";
import classes from "../own/own.module.css";
import { BeginAtHome, bounds } from "./begin-at-home";
import { nameOf } from "./words";

const USUAL = "post_discharge";
const NONE = "";

type Props = { patient: number; hasPlan: boolean };

export default function CameHome({ patient, hasPlan }: Props) {
  const cache = useQueryClient();
  const home = useQuery({
    queryKey: ["came-home", patient],
    queryFn: () => planApi.cameHome(patient),
  });
  const templates = useQuery({ queryKey: ["plan-templates"], queryFn: planApi.templates });
  const [chosen, setChosen] = useState(USUAL);
  const now = useNow();
  if (home.error && home.data === undefined)
    return <Trouble error={home.error} again={() => void home.refetch()} />;
  if (!home.data) return null;
  const { ward, at, settings } = home.data;
  const lookAgain = async () => {
    for (const key of [
      ["came-home", patient],
      ["plans", patient],
      ["limits", "own", patient],
    ])
      await cache.invalidateQueries({ queryKey: key });
  };
  const template = templates.data?.find(({ name }) => name === chosen);
  return (
    <section className={classes.card} aria-label="Came home">
      <h2>
        At home from {ward} since {clockTime(at, now)}
      </h2>
      {!hasPlan && templates.data && (
        <NativeSelect
          label="Begin this plan"
          size="md"
          value={chosen}
          data={[
            ...templates.data.map(({ name }) => ({ value: name, label: nameOf(name) })),
            { value: NONE, label: "No plan for now" },
          ]}
          onChange={({ currentTarget: { value } }) => setChosen(value)}
        />
      )}
      {settings.length === 0 ? (
        <p>No limits of the ward wait to be looked at.</p>
      ) : (
        <p>
          These limits ended with the stay. <b>None holds at home</b> until somebody sets it.
        </p>
      )}
      {!hasPlan && template ? (
        <BeginAtHome
          patient={patient}
          template={template}
          settings={settings}
          lookAgain={lookAgain}
        />
      ) : (
        <ul className={classes.list}>
          {settings.map((carried) => (
            <One key={carried.setting} patient={patient} carried={carried} lookAgain={lookAgain} />
          ))}
        </ul>
      )}
    </section>
  );
}

type OneProps = { patient: number; carried: Carried; lookAgain: () => Promise<void> };

function One({ patient, carried, lookAgain }: OneProps) {
  const [trouble, setTrouble] = useState("");
  const mustSay = trouble.startsWith("Confirm this: ");
  const set = async () => {
    setTrouble("");
    const { rule, limit, clear_limit, delay_seconds, clear_seconds } = carried;
    const { choice, extreme, expires, reason } = carried;
    try {
      await limitsApi.setLimits(
        { patient },
        {
          ...{ rule, limit, clear_limit, delay_seconds, clear_seconds, extreme, expires, reason },
          choice: choice as "limit",
          is_said: mustSay,
        },
      );
      await lookAgain();
    } catch (error) {
      setTrouble(error instanceof Error ? error.message : "This failed. Try again.");
    }
  };
  return (
    <li>
      <b>{carried.title}</b>
      <span>{bounds(carried)}</span>
      <small>{carried.reason}</small>
      {trouble && <p role="alert">{trouble}</p>}
      {carried.refused ? (
        <p>{carried.refused}</p>
      ) : (
        <div className={classes.acts}>
          <Button mih={44} variant="default" onClick={() => void set()}>
            {mustSay ? "I have read this: set it" : "Set it at home"}
          </Button>
        </div>
      )}
    </li>
  );
}
