// Every open alarm in one list, those nobody answered first.

import { Drawer } from "@mantine/core";
import { memo } from "react";
import { keyOf } from "../ahead";
import { type Group, grouped } from "../alarms";
import type { Alarm } from "../words";
import { AlarmBar } from "./alarm-bar";
import classes from "./alarm-list.module.css";
import { BellIcon } from "./icons";
import { Empty } from "./states";

type Props = {
  isOpen: boolean;
  close: () => void;
  alarms: readonly Alarm[];
  acknowledge: (alarm: Alarm) => void;
};

export function whereOf(alarm: Alarm): string {
  const who = alarm.patient ?? alarm.device ?? "Homeward itself";
  return alarm.bed ? `${alarm.bed} · ${who}` : who;
}

/** Drawn for another alarm only while it is open. */
export const AlarmList = memo(function AlarmList(props: Props) {
  const { isOpen, close, alarms, acknowledge } = props;
  return (
    <Drawer
      opened={isOpen}
      onClose={close}
      position="right"
      size={460}
      zIndex={300}
      title={`Open alarms: ${alarms.length}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {alarms.length === 0 ? (
        <Empty title="No open alarm" icon={<BellIcon size={32} />} />
      ) : (
        <div className={classes.list}>
          {grouped(alarms).map((group) => (
            <GroupBar key={keyOf(group.alarm)} {...group} acknowledge={acknowledge} />
          ))}
        </div>
      )}
    </Drawer>
  );
});

type GroupProps = Group & { acknowledge: (alarm: Alarm) => void };

/** An alarm with those that share its cause below it: counted, listed, and never dropped. */
export function GroupBar({ alarm, parts, acknowledge }: GroupProps) {
  const bar = <AlarmBar alarm={alarm} acknowledge={acknowledge} where={whereOf(alarm)} />;
  if (parts.length === 0) return bar;
  return (
    <div className={classes.group}>
      {bar}
      <details className={classes.parts}>
        <summary>{parts.length} alarms with this cause</summary>
        {parts.map((part) => (
          <AlarmBar
            key={keyOf(part)}
            alarm={part}
            acknowledge={acknowledge}
            where={whereOf(part)}
            shape="head"
          />
        ))}
      </details>
    </div>
  );
}
