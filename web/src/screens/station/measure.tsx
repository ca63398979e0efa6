// How large a millimetre is on this screen: held against a bank card, whose size is the same
// everywhere (ISO/IEC 7810 ID-1, 85.60 mm wide).

import { Button, Group, Text } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../../parts/dialog";
import { PIXELS_PER_MM } from "../../wave-looks";
import classes from "./station.module.css";

const CARD_MM = [85.6, 53.98] as const;
const LEAST = 2;
const MOST = 14;

type Props = {
  isOpen: boolean;
  close: () => void;
  pixelsPerMm: number;
  measure: (pixelsPerMm: number | null) => void;
};

export function Measure({ isOpen, close, pixelsPerMm, measure }: Props) {
  const [now, setNow] = useState(pixelsPerMm);
  const done = (value: number | null) => {
    measure(value);
    close();
  };
  return (
    <Dialog isOpen={isOpen} onClose={close} title="The true size of this screen" size="xl">
      <Text>
        Hold a bank card against the screen and move the slider until the frame is as wide as the
        card. Sweep speed and gain are then true in millimetres, on this screen and browser.
      </Text>
      <div
        className={classes.card}
        style={{ width: CARD_MM[0] * now, height: CARD_MM[1] * now }}
        aria-hidden="true"
      >
        85.6 mm
      </div>
      <label className={classes.slider}>
        <span>Width of the card</span>
        <input
          type="range"
          min={LEAST}
          max={MOST}
          step={0.01}
          value={now}
          data-autofocus
          aria-valuetext={`${now.toFixed(2)} pixels a millimetre`}
          onChange={(event) => setNow(Number(event.currentTarget.value))}
        />
        <output>{now.toFixed(2)} pixels/mm</output>
      </label>
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={() => done(null)}>
          Forget: {PIXELS_PER_MM.toFixed(2)} pixels/mm (96 dpi)
        </Button>
        <Button onClick={() => done(now)}>It is as wide as the card</Button>
      </Group>
    </Dialog>
  );
}
