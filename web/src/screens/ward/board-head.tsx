// The board's first line: which ward, how many alarms nobody has answered, and the order of beds.

import { ActionIcon, SegmentedControl, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import { setFollowed, useFollowed } from "../../my-wards";
import { BellIcon, CheckIcon, EyeIcon, HelpIcon, ListIcon } from "../../parts/icons";
import { LimitsIcon, PulseIcon } from "../../parts/staff-icons";
import { useMe } from "../../session";
import type { BoardPlaces } from "../../words";
import classes from "./board.module.css";
import { WardLettersCount } from "./letters-count";
import type { Order } from "./order";

type Props = {
  board: BoardPlaces;
  /** Of alarms; they change by themselves. */
  counts: ReactNode;
  order: Order;
  setOrder: (order: Order) => void;
  list: () => void;
  help: () => void;
};

export function BoardHead({ board, counts, order, setOrder, list, help }: Props) {
  return (
    <div className={classes.head}>
      <h1 className={classes.title}>
        {board.ward.name}
        <span>{countInWords(board)}</span>
      </h1>
      {counts}
      <span className={classes.spring} />
      {board.ward.kind !== "home" && (
        <SegmentedControl
          aria-label="Order of beds"
          value={order}
          onChange={(next) => setOrder(next as Order)}
          data={[
            { value: "bed", label: "By bed" },
            { value: "risk", label: "By risk" },
          ]}
        />
      )}
      <Follow ward={board.ward.id} name={board.ward.name} />
      <Link href={`/wards/${board.ward.id}/limits`} className={classes.tool}>
        <LimitsIcon /> Limits
      </Link>
      {board.ward.kind === "home" && (
        <Link href={`/wards/${board.ward.id}/panel`} className={classes.tool}>
          <EyeIcon /> Who needs a call
          <WardLettersCount key={board.ward.id} ward={board.ward.id} />
        </Link>
      )}
      {board.ward.kind !== "home" && (
        <Link href={`/wards/${board.ward.id}/round`} className={classes.tool}>
          <EyeIcon /> Round
        </Link>
      )}
      {board.ward.kind !== "home" && (
        <Link
          href={`/wards/${board.ward.id}/station`}
          className={`${classes.tool} ${classes.wide}`}
        >
          <PulseIcon /> Station
        </Link>
      )}
      <UnstyledButton className={classes.tool} onClick={list}>
        <ListIcon /> Alarms
      </UnstyledButton>
      <ActionIcon
        variant="default"
        size={38}
        aria-label="Help and keys"
        className={classes.help}
        onClick={help}
      >
        <HelpIcon />
      </ActionIcon>
    </div>
  );
}

/** Whether this ward's alarms go along to every other page. */
function Follow({ ward, name }: { ward: number; name: string }) {
  const me = useMe().person.id;
  const isFollowed = useFollowed(me).includes(ward);
  return (
    <UnstyledButton
      className={classes.tool}
      title={`Alarms of ${name} ${isFollowed ? "show and sound" : "do not show"} on other pages`}
      onClick={() => setFollowed(me, ward, !isFollowed)}
    >
      {isFollowed ? <CheckIcon /> : <BellIcon />} {isFollowed ? "Followed" : "Follow"}
    </UnstyledButton>
  );
}

function countInWords(board: BoardPlaces): string {
  const count = board.beds.filter((bed) => bed.patient).length;
  const who = count === 1 ? "patient" : "patients";
  return board.ward.kind === "home" ? `${count} ${who} at home` : `${count} ${who}`;
}
