// The ordering of an interval: how often, for how long, why.

import { Button, NativeSelect, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { clockTime } from "../../freshness";
import { useNow } from "../../live";
import { Meanwhile, wasChanged } from "../../parts/meanwhile";
import { useMe } from "../../session";
import { staffApi } from "../../staff-api";
import type { BedRound, NewOrder, Order, Orders, Patient } from "../../words";
import { every } from "./entry";
import classes from "./interval.module.css";
import { INTERVALS, lastings } from "./often";

type Props = {
  patient: Patient;
  orders: Orders;
  bed: BedRound;
  lookAgain: () => Promise<Orders | undefined>;
  onOrdered: () => void;
};

const newestOf = ({ history }: Orders) => history[0]?.id ?? 0;

export function OrderForm({ patient, orders, bed, lookAgain, onOrdered }: Props) {
  const now = useNow();
  const mayAll = useMe().person.role === "doctor";
  const [often, setOften] = useState<number | "score" | null>(null);
  const [hours, setHours] = useState("");
  const [reason, setReason] = useState("");
  const [wasTried, setWasTried] = useState(false);
  // Which order was the newest when somebody chose: the page itself goes on being asked for.
  const [seen, setSeen] = useState<number | null>(null);
  const [isNew, setIsNew] = useState(false);
  const order = useMutation({
    mutationFn: (said: NewOrder) => staffApi.order(patient.id, said),
    onSuccess: () => {
      setOften(null);
      setHours("");
      setReason("");
      setWasTried(false);
      setSeen(null);
      setIsNew(false);
      onOrdered();
    },
  });
  const isEnd = often === "score";
  const wrong = {
    often: often === null ? "Say how often." : null,
    hours: hours === "" && !isEnd ? "Say for how long." : null,
    reason: reason.trim().length < 3 ? "Say why, in a few words." : null,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasTried(true);
    if (often === null || wrong.hours || wrong.reason) return;
    const until = now + (isEnd ? 1 : Number(hours)) * 3_600_000;
    const over = seen ?? newestOf(orders);
    order.mutate({ interval_seconds: isEnd ? null : often, reason: reason.trim(), until, over });
  };
  const again = async () => {
    const found = await lookAgain();
    if (!found) return;
    setSeen(newestOf(found));
    setIsNew(true);
    order.reset();
  };
  const choose = (one: number | "score") => {
    setOften(one);
    setSeen(seen ?? newestOf(orders));
    if (!wasChanged(order.error)) order.reset();
  };
  const isRarer = typeof often === "number" && often > (bed.asked_seconds ?? 0);
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <h2>Order another interval</h2>
      <Intervals
        often={often}
        choose={choose}
        longest={mayAll ? null : (orders.nurse_seconds_max ?? 0)}
        end={bed.order === null ? "none" : mayAll || mayEnd(bed) ? "may" : "may not"}
        error={wasTried ? wrong.often : null}
      />
      {isRarer && (
        <p className={classes.rarer}>
          Less often than {bed.asked_by ?? "a first set"} asks for (every{" "}
          {every(bed.asked_seconds ?? 0)}). It holds only while the score asks for no more than now.
        </p>
      )}
      {!isEnd && (
        <NativeSelect
          label="For how long"
          description={hours ? `Until ${clockTime(now + Number(hours) * 3_600_000, now)}` : null}
          value={hours}
          error={wasTried ? wrong.hours : null}
          data={[
            { value: "", label: "Choose…" },
            ...lastings(orders.lasts_seconds_max).map((each) => ({
              value: String(each),
              label: each <= 24 ? `${each} h` : `${each / 24} days`,
            })),
          ]}
          onChange={(event) => setHours(event.currentTarget.value)}
        />
      )}
      <Textarea
        label="Why"
        description="It stands beside the interval for everybody on the round."
        value={reason}
        error={wasTried ? wrong.reason : null}
        maxLength={500}
        autosize
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Meanwhile error={order.error} again={again}>
        {isNew && <Newest order={orders.history[0]} />}
      </Meanwhile>
      <Button h={44} type="submit" loading={order.isPending} className={classes.send}>
        {isEnd ? "End the order" : "Order"}
      </Button>
    </form>
  );
}

/** What somebody else has ordered since this was read. */
function Newest({ order }: { order: Order | undefined }) {
  if (!order) return <p>Nobody has ordered anything.</p>;
  const { interval_seconds, person, reason } = order;
  return (
    <p>
      {person} ordered{" "}
      <b>{interval_seconds === null ? "as the score says" : `every ${every(interval_seconds)}`}</b>:{" "}
      <q>{reason}</q>. Order, if yours is still to hold.
    </p>
  );
}

/** Whether a nurse ends this order: her own, or one for fewer observations than the score's. */
function mayEnd({ order, asked_seconds }: BedRound): boolean {
  return order?.role !== "doctor" || (order.interval_seconds ?? 0) >= (asked_seconds ?? 0);
}

type IntervalsProps = {
  often: number | "score" | null;
  choose: (one: number | "score") => void;
  longest: number | null;
  end: "none" | "may" | "may not";
  error: string | null;
};

/** One press each. `longest` is the most a nurse may order; null: a doctor orders any. */
function Intervals({ often, choose, longest, end, error }: IntervalsProps) {
  const mayNot = (seconds: number) => longest !== null && seconds > longest;
  return (
    <fieldset className={classes.intervals}>
      <legend>How often</legend>
      <div>
        {INTERVALS.map((seconds) => (
          <button
            key={seconds}
            type="button"
            aria-pressed={often === seconds}
            disabled={mayNot(seconds)}
            onClick={() => choose(seconds)}
          >
            {every(seconds)}
          </button>
        ))}
        {end !== "none" && (
          <button
            type="button"
            className={classes.asScore}
            aria-pressed={often === "score"}
            disabled={end === "may not"}
            onClick={() => choose("score")}
          >
            As the score says
          </button>
        )}
      </div>
      {longest !== null && INTERVALS.some(mayNot) && (
        <p className={classes.quiet}>
          Longer than {every(longest)} is a doctor’s to order
          {end === "may not" && ", and a doctor’s order is a doctor’s to end"}.
        </p>
      )}
      {error && (
        <p role="alert" className={classes.trouble}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
