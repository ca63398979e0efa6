// The plan of who came home, with the limits that hold there too: each chosen by a person, none
// beforehand, and all of it sent at once.

import { Button, Checkbox } from "@mantine/core";
import { useState } from "react";
import { Refused } from "../../api";
import { type Carried, planApi, type Template } from "../../plan-api";
import own from "../own/own.module.css";
import classes from "./begin-at-home.module.css";
import { nameOf } from "./words";

type Props = {
  patient: number;
  template: Template;
  settings: readonly Carried[];
  lookAgain: () => Promise<void>;
};

export function BeginAtHome({ patient, template, settings, lookAgain }: Props) {
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const [trouble, setTrouble] = useState("");
  const [isSent, setIsSent] = useState(false);
  // What somebody else has set meanwhile is offered no more, and not sent.
  const chosen = settings.filter(({ setting }) => ticked.has(setting));
  const tick = (setting: number) => {
    const others = [...ticked].filter((each) => each !== setting);
    setTicked(new Set(others.length < ticked.size ? others : [...others, setting]));
  };
  const begin = async () => {
    setTrouble("");
    setIsSent(true);
    try {
      const limits = chosen.map(({ setting, must_be_said }) => ({
        setting,
        is_said: must_be_said !== null,
      }));
      await planApi.beginAtHome(patient, template, limits);
    } catch (error) {
      setTrouble(
        error instanceof Refused
          ? `${error.message} Nothing was begun or set.`
          : "Whether this arrived is not known: look at what stands here now, and try again.",
      );
    }
    setIsSent(false);
    await lookAgain();
  };
  return (
    <>
      {settings.length > 0 && (
        <fieldset className={classes.limits}>
          <legend>Which of them hold at home?</legend>
          {settings.map((carried) => (
            <Checkbox
              key={carried.setting}
              size="md"
              className={classes.limit ?? ""}
              disabled={carried.refused !== null}
              checked={ticked.has(carried.setting) && carried.refused === null}
              onChange={() => tick(carried.setting)}
              label={`${carried.title}: ${bounds(carried)}`}
              description={
                <>
                  {carried.reason}
                  {carried.refused !== null && <b>{carried.refused}</b>}
                  {carried.refused === null && carried.must_be_said !== null && (
                    <b>{carried.must_be_said}</b>
                  )}
                </>
              }
            />
          ))}
        </fieldset>
      )}
      {trouble && <p role="alert">{trouble}</p>}
      <div className={own.acts}>
        <Button mih={48} loading={isSent} onClick={() => void begin()}>
          {`Begin “${nameOf(template.name)}”${along(chosen.length)}`}
        </Button>
      </div>
    </>
  );
}

const along = (limits: number) =>
  limits === 0 ? "" : ` and set ${limits} ${limits === 1 ? "limit" : "limits"}`;

/** "below 86 %, at once below 80 %". */
export function bounds({ choice, side, limit, extreme, unit }: Carried): string {
  if (limit === null) return choice === "on" ? "on" : "";
  const atOnce = extreme === null ? "" : `, at once ${side} ${extreme} ${unit}`;
  return `${side} ${limit} ${unit}${atOnce}`;
}
