// What stands now, worst first, each acknowledged by itself with a reason and a name.

import { Button, Menu } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { api } from "../../api";
import { inWords } from "../../freshness";
import { live, useAlarms } from "../../live";
import type { Alarm } from "../../words";
import { MARKS } from "./lane";
import classes from "./patient.module.css";

const REASONS = ["With the patient", "Sensor corrected", "Known, being treated", "Not real"];
const RANKS = { high: 0, medium: 1, low: 2 };

/** Open alarms of one patient, worst first, newest first among equals. */
export function useOpenAlarms(patientId: number): readonly Alarm[] {
  return useAlarms()
    .filter((alarm) => alarm.patient_id === patientId)
    .sort((one, other) => RANKS[one.priority] - RANKS[other.priority] || other.raised - one.raised);
}

export function OpenAlarms({ alarms, now }: { alarms: readonly Alarm[]; now: number }) {
  return (
    <section className={classes.open} aria-label="Open alarms">
      {alarms.length === 0 && <p className={classes.calm}>No open alarms</p>}
      <ul>
        {alarms.map((alarm) => (
          <OpenAlarm key={alarm.id} alarm={alarm} now={now} />
        ))}
      </ul>
    </section>
  );
}

function OpenAlarm({ alarm, now }: { alarm: Alarm; now: number }) {
  const acknowledge = useMutation({
    mutationFn: (why: string) => api.acknowledge(alarm.id, why),
    onSuccess: (answer) => live.seedAlarms([answer], performance.now()),
  });
  const isAcknowledged = alarm.state === "acknowledged";
  return (
    <li className={classes.openAlarm} data-priority={alarm.priority} data-state={alarm.state}>
      <b className={classes.marks}>{MARKS[alarm.priority]}</b>
      <div className={classes.about}>
        <b>{alarm.text}</b>
        <span>
          for {inWords(Math.max(0, now - alarm.since))}
          {alarm.state === "latched" && ", over but not yet seen"}
          {isAcknowledged && `, ${alarm.acknowledged_by}: ${alarm.acknowledged_reason}`}
        </span>
        {acknowledge.error && <span role="alert">{acknowledge.error.message}</span>}
      </div>
      {!isAcknowledged && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="white" color="dark" h={40} px={12} loading={acknowledge.isPending}>
              Acknowledge
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>Acknowledge because</Menu.Label>
            {REASONS.map((reason) => (
              <Menu.Item key={reason} onClick={() => acknowledge.mutate(reason)}>
                {reason}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </li>
  );
}
