// Every open alarm in one list, those nobody answered first.

import { Drawer } from "@mantine/core";
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

export function AlarmList({ isOpen, close, alarms, acknowledge }: Props) {
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
          {alarms.map((alarm) => (
            <AlarmBar
              key={alarm.id}
              alarm={alarm}
              acknowledge={acknowledge}
              where={whereOf(alarm)}
            />
          ))}
        </div>
      )}
    </Drawer>
  );
}
