import { Kbd, Text } from "@mantine/core";
import { Dialog } from "../../parts/dialog";
import classes from "./board.module.css";

type Props = {
  title: string;
  keys: readonly (readonly [key: string, words: string])[];
  isOpen: boolean;
  close: () => void;
};

export function Help({ title, keys, isOpen, close }: Props) {
  return (
    <Dialog isOpen={isOpen} onClose={close} title={title} centered zIndex={320}>
      <dl className={classes.keys}>
        {keys.map(([key, words]) => (
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
