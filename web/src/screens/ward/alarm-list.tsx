// Every open alarm of the ward in one list, those nobody answered first.

import { Drawer } from "@mantine/core";
import { AlarmBar } from "../../parts/alarm-bar";
import { BellIcon } from "../../parts/icons";
import { Empty } from "../../parts/states";
import type { Alarm } from "../../words";
import classes from "./board.module.css";

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
