// A meter read in one tap, and the browser's own list.

import { Button } from "@mantine/core";
import { useState } from "react";
import { bluetooth, NotChosen, syncMeter } from "../../home/meter-sync";
import { count as counted } from "../../languages/counting";
import { words } from "../../languages/speaking";
import classes from "./measure.module.css";

export function ByMeter({ patient }: { patient: number }) {
  const say = words("measure");
  const [isReading, setReading] = useState(false);
  const [count, setCount] = useState(0);
  const [told, setTold] = useState("");
  const from = bluetooth();
  const read = async () => {
    if (!from) return;
    setReading(true);
    setCount(0);
    setTold("");
    let came = 0;
    try {
      const end = await syncMeter(from, patient, (now) => {
        came = now;
        setCount(now);
      });
      const isBroken = end !== null && end !== "complete" && end !== "short";
      if (isBroken) setTold(say.cut);
      else setTold(came ? counted(say.came, came) : say.nothingNew);
    } catch (error) {
      setTold(error instanceof NotChosen ? say.cancelled : came ? say.cut : say.failed);
    } finally {
      setReading(false);
    }
  };
  return (
    <section className={classes.card} aria-labelledby="meter">
      <h2 id="meter">{say.meter}</h2>
      {from ? (
        <>
          <p>{say.meterHow}</p>
          <Button size="lg" mih={56} loading={isReading} onClick={() => void read()}>
            {say.sync}
          </Button>
        </>
      ) : (
        <p>{say.noBluetooth}</p>
      )}
      <p role="status" aria-live="polite">
        {isReading ? `${say.reading} ${count ? counted(say.came, count) : ""}` : told}
      </p>
    </section>
  );
}
