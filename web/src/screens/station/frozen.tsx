// One bed's traces, stopped: to look back, to measure, to print. The live ones go on behind.

import { Button, NativeSelect } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";
import { byUrgency } from "../../alarms";
import { useAlarmsOf } from "../../live-of";
import { AlarmBar } from "../../parts/alarm-bar";
import { ArrowIcon } from "../../parts/staff-icons";
import { Trouble, Waiting } from "../../parts/states";
import type { Look } from "../../wave-looks";
import type { Alarm, Patient, VitalInfo } from "../../words";
import { sexInWords } from "../ward/tile";
import { clamped, placed, within } from "./calipers";
import classes from "./frozen.module.css";
import { FreezeIcon, PrintIcon } from "./icons";
import { type Print, PrintedStrip } from "./print";
import { Still, secondTime } from "./still";
import { BACK_MS, type Frozen, useFrozen, useWavesBetween } from "./use-frozen";

const PRINT_SECONDS = [6, 10, 15, 30] as const;

type Props = {
  patient: Patient;
  infos: ReadonlyMap<string, VitalInfo>;
  look: Look;
  acknowledge: (alarm: Alarm) => void;
  close: () => void;
};

export function FrozenStrip(props: Props) {
  const { patient, acknowledge, close } = props;
  const frozen = useFrozen(patient.id);
  const [first] = [...useAlarmsOf(patient.id)].sort(byUrgency);
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    box.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const isElsewhere = document.querySelector("[role=dialog]") !== null;
      if (event.key !== "Escape" || event.defaultPrevented || isElsewhere) return;
      event.preventDefault();
      close();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [close]);
  return (
    <section ref={box} className={classes.frozen} aria-label="Frozen traces" tabIndex={-1}>
      {first && <AlarmBar key={first.id} alarm={first} acknowledge={acknowledge} shape="line" />}
      {frozen.data ? (
        <Stopped {...props} frozen={frozen.data} />
      ) : frozen.error ? (
        <Trouble error={frozen.error} />
      ) : (
        <Waiting what="Freezing" />
      )}
    </section>
  );
}

function Stopped({ patient, infos, look, close, frozen }: Props & { frozen: Frozen }) {
  const { ref, width } = useElementSize();
  const spanMs = Math.max(500, (width / look.pixelsPerMm / look.speed) * 1000);
  const [end, setEnd] = useState(frozen.end);
  const start = end - spanMs;
  const oldest = frozen.end - BACK_MS;
  const [marks, setMarks] = useState(() => placed(frozen.end - 4_000, frozen.end));
  const [seconds, setSeconds] = useState<number>(PRINT_SECONDS[1]);
  const [print, setPrint] = useState<Print | null>(null);
  // A printed span may begin before what is seen.
  const from = Math.min(start, end - seconds * 1000);
  const { waves, isWaiting, error } = useWavesBetween(patient.id, frozen, from, end);
  const go = (to: number) => setEnd(clamped(to, oldest + spanMs, frozen.end));
  const seen = within(marks, start, end);
  return (
    <>
      <div className={classes.head}>
        <span className={classes.sign}>
          <FreezeIcon size={15} /> Frozen at {secondTime(frozen.end)}
        </span>
        <span className={classes.who}>
          <b>
            {patient.bed} {patient.name}
          </b>{" "}
          {patient.age} {sexInWords(patient.sex)} · {patient.record_number}
        </span>
        <span className={classes.goesOn}>Live goes on and is recorded</span>
        <span className={classes.spring} />
        <NativeSelect
          aria-label="Seconds to print"
          value={seconds}
          onChange={(event) => setSeconds(Number(event.currentTarget.value))}
          data={PRINT_SECONDS.map((one) => ({ value: String(one), label: `${one} s` }))}
        />
        <Button
          variant="default"
          leftSection={<PrintIcon size={16} />}
          disabled={isWaiting}
          onClick={() => setPrint({ start: end - seconds * 1000, end, waves })}
        >
          Print strip
        </Button>
        <Button onClick={close} title="Back to live (Escape)">
          Back to live
        </Button>
      </div>
      <div ref={ref} className={classes.strip}>
        {width > 0 && (
          <Still
            waves={waves}
            start={start}
            end={end}
            width={width}
            look={look}
            marks={seen}
            setMarks={setMarks}
          />
        )}
      </div>
      <div className={classes.past}>
        <Button
          variant="default"
          size="xs"
          leftSection={<ArrowIcon size={15} style={{ transform: "scaleX(-1)" }} />}
          disabled={start <= oldest}
          onClick={() => go(end - spanMs * 0.8)}
        >
          Earlier
        </Button>
        <input
          type="range"
          aria-label="Moment"
          aria-valuetext={secondTime(end)}
          min={oldest + spanMs}
          max={frozen.end}
          step={100}
          value={end}
          onChange={(event) => go(Number(event.currentTarget.value))}
        />
        <Button
          variant="default"
          size="xs"
          rightSection={<ArrowIcon size={15} />}
          disabled={end >= frozen.end}
          onClick={() => go(end + spanMs * 0.8)}
        >
          Later
        </Button>
        <output data-testid="frozen-span">
          {secondTime(start)} – {secondTime(end)}
          {isWaiting && ", reading the record"}
          {error !== null && ", the record cannot be read"}
        </output>
      </div>
      {print && (
        <PrintedStrip
          print={print}
          patient={patient}
          infos={infos}
          look={look}
          done={() => setPrint(null)}
        />
      )}
    </>
  );
}
