// The station's first line: which ward, its alarms, how many beds, how fast and how tall.

import { ActionIcon, SegmentedControl, UnstyledButton } from "@mantine/core";
import { type ReactNode, useSyncExternalStore } from "react";
import { Link } from "wouter";
import { ChevronIcon, HelpIcon } from "../../parts/icons";
import { BedIcon } from "../../parts/staff-icons";
import { GAINS, SPEEDS } from "../../wave-looks";
import { lostFrames, onScreenState } from "../../waves";
import board from "../ward/board.module.css";
import type { Chosen } from "./chosen";
import { SIZES, type Wanted } from "./layout";
import classes from "./station.module.css";

type Props = {
  ward: { id: number; name: string };
  counts: ReactNode;
  chosen: Chosen;
  paging: { page: number; pages: number; first: number; shown: number; all: number };
  turn: (by: 1 | -1) => void;
  measure: () => void;
  help: () => void;
};

export function StationHead(props: Props) {
  const { ward, counts, chosen, paging, turn } = props;
  return (
    <div className={board.head}>
      <h1 className={board.title}>
        {ward.name}
        <span className={classes.subtitle}>Central station</span>
      </h1>
      {counts}
      {paging.pages > 1 && <Pages {...paging} turn={turn} />}
      <Lost />
      <span className={board.spring} />
      <Choice
        name="Beds"
        value={chosen.wanted}
        all={["fit", ...SIZES]}
        choose={(wanted: Wanted) => chosen.choose({ wanted })}
      />
      <Choice
        name="Speed in mm/s"
        short="mm/s"
        value={chosen.speed}
        all={SPEEDS}
        choose={(speed) => chosen.choose({ speed })}
      />
      <Choice
        name="Gain in mm/mV"
        short="mm/mV"
        value={chosen.gain}
        all={GAINS}
        choose={(gain) => chosen.choose({ gain })}
      />
      <UnstyledButton
        className={board.tool}
        title="How large a millimetre is on this screen"
        onClick={props.measure}
      >
        {chosen.isMeasured ? "True size" : "96 dpi"}
      </UnstyledButton>
      <Link href={`/wards/${ward.id}`} className={board.tool}>
        <BedIcon /> Board
      </Link>
      <ActionIcon
        variant="default"
        size={38}
        aria-label="Help and keys"
        className={board.help}
        onClick={props.help}
      >
        <HelpIcon />
      </ActionIcon>
    </div>
  );
}

/** What did not reach this page: nothing is said while all has. */
function Lost() {
  const count = useSyncExternalStore(onScreenState, lostFrames);
  if (count === 0) return null;
  return (
    <span
      className={classes.lost}
      title="Since this page was opened. Each is a gap of a tenth of a second in every trace."
    >
      {count} {count === 1 ? "frame" : "frames"} lost
    </span>
  );
}

type PagesProps = Props["paging"] & { turn: (by: 1 | -1) => void };

function Pages({ page, pages, first, shown, all, turn }: PagesProps) {
  return (
    <div className={classes.pages}>
      <ActionIcon
        variant="default"
        size={34}
        aria-label="Beds before"
        disabled={page === 0}
        onClick={() => turn(-1)}
      >
        <ChevronIcon style={{ transform: "scaleX(-1)" }} />
      </ActionIcon>
      <span role="status">
        Beds {first + 1}–{first + shown} of {all}
      </span>
      <ActionIcon
        variant="default"
        size={34}
        aria-label="Beds after"
        disabled={page === pages - 1}
        onClick={() => turn(1)}
      >
        <ChevronIcon />
      </ActionIcon>
    </div>
  );
}

type ChoiceProps<T extends string | number> = {
  name: string;
  /** What stands before it, where that is not its whole name. */
  short?: string;
  value: T;
  all: readonly T[];
  choose: (value: T) => void;
  say?: (value: T) => string;
};

const plainly = (value: string | number): string => (value === "fit" ? "Fit" : String(value));

export function Choice<T extends string | number>(props: ChoiceProps<T>) {
  const { name, short = name, value, all, choose, say = plainly } = props;
  return (
    <div className={classes.choice}>
      <span aria-hidden="true">{short}</span>
      <SegmentedControl
        size="xs"
        aria-label={name}
        value={String(value)}
        onChange={(said) => {
          const found = all.find((one) => String(one) === said);
          if (found !== undefined) choose(found);
        }}
        data={all.map((one) => ({ value: String(one), label: say(one) }))}
      />
    </div>
  );
}
