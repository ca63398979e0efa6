import { Kbd, Text } from "@mantine/core";
import { Dialog } from "../../parts/dialog";
import classes from "./board.module.css";
import { KEYS } from "./keys";

export function Help({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  return (
    <Dialog isOpen={isOpen} onClose={close} title="The board by keyboard" centered zIndex={320}>
      <dl className={classes.keys}>
        {KEYS.map(([key, words]) => (
          <div key={key}>
            <dt>
              <Kbd>{key}</Kbd>
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <Text fz="sm" c="var(--hw-quiet)" mt="md">
        Two dashes stand for a value that is too old to trust; its age stays below. Homeward is a
        secondary display and alarm system: it does not replace the monitor at the bedside. NEWS2 is
        reproduced from: Royal College of Physicians. National Early Warning Score (NEWS) 2. London:
        RCP, 2017.
      </Text>
    </Dialog>
  );
}
