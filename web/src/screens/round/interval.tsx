// How often one patient is observed: by whose word, until when, and the ordering of another.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "wouter";
import { api } from "../../api";
import { clockTime } from "../../freshness";
import { useNow, useWatch } from "../../live";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { staffApi } from "../../staff-api";
import type { BedRound, Order, Orders, Patient } from "../../words";
import { Identity } from "../patient/identity";
import { every, lasting } from "./entry";
import classes from "./interval.module.css";
import { byScore, howOften, orderedBy, sentence } from "./often";
import { OrderForm } from "./order-form";

const AGAIN_MS = 30_000;

export default function IntervalScreen() {
  const id = parseInt(useParams<{ patient: string }>().patient, 10);
  return Number.isInteger(id) ? <OfPatient key={id} id={id} /> : <Empty title="No such patient" />;
}

function OfPatient({ id }: { id: number }) {
  useWatch("patient", id);
  const patient = useQuery({ queryKey: ["patient", id], queryFn: () => api.patient(id) });
  const orders = useQuery({
    queryKey: ["orders", id],
    queryFn: () => staffApi.orders(id),
    refetchInterval: AGAIN_MS,
  });
  useTitle(patient.data ? `How often ${patient.data.name} is observed` : "How often");
  const error = (!patient.data && patient.error) || (!orders.data && orders.error);
  if (error) return <Trouble error={error} again={() => void orders.refetch()} />;
  if (!patient.data || !orders.data) return <Waiting what="Asking how often" />;
  const lookAgain = async () => (await orders.refetch({ throwOnError: true })).data;
  const isOld = orders.error !== null;
  return <Page {...{ isOld, lookAgain }} patient={patient.data} orders={orders.data} />;
}

type PageProps = {
  patient: Patient;
  orders: Orders;
  isOld: boolean;
  lookAgain: () => Promise<Orders | undefined>;
};

function Page({ patient, orders, isOld, lookAgain }: PageProps) {
  const client = useQueryClient();
  const { bed } = orders;
  const ordered = () => {
    for (const queryKey of [["orders", patient.id], ["round"], ["bedside", patient.id]])
      void client.invalidateQueries({ queryKey });
  };
  return (
    <div className={classes.page}>
      <Identity patient={patient} score={bed?.score ?? null}>
        <Link href={`/patients/${patient.id}`} className={classes.chart}>
          Chart
        </Link>
      </Identity>
      {bed === null ? (
        <Empty title="There is no round here">
          {patient.name} lies on no ward. How often is ordered where somebody makes rounds.
        </Empty>
      ) : (
        <div className={classes.columns}>
          <Now bed={bed} isOld={isOld} />
          <OrderForm {...{ patient, orders, bed, lookAgain }} onOrdered={ordered} />
        </div>
      )}
      <History lines={orders.history} inForce={bed?.order?.id ?? null} />
    </div>
  );
}

/** What holds at this moment, and what lies beneath it. */
function Now({ bed, isOld }: { bed: BedRound; isOld: boolean }) {
  const now = useNow();
  const { order, due } = bed;
  return (
    <section className={classes.now} aria-labelledby="often">
      <h2 id="often">Observed</h2>
      <p className={classes.often}>{sentence(howOften(bed, now))}</p>
      {due !== null && (
        <p data-late={due <= now || undefined}>
          {due <= now ? `Due since ${lasting(now - due)}.` : `Next in ${lasting(due - now)}.`}
        </p>
      )}
      {order && (
        <div className={classes.order}>
          {!bed.is_ordered && (
            <p>
              <b>The order waits.</b> Every {every(order.interval_seconds ?? 0)} was{" "}
              {orderedBy(order, now)}; the score asks for more than it did then.
            </p>
          )}
          <p>
            <q>{order.reason}</q>
          </p>
          <p className={classes.quiet}>
            {sentence(order.role)} {order.person}, {clockTime(order.at, now)}
          </p>
        </div>
      )}
      {order && <p className={classes.quiet}>Without the order: {byScore(bed)}.</p>}
      {isOld && <p role="alert">Not up to date: the server cannot be reached.</p>}
    </section>
  );
}

type HistoryProps = { lines: readonly Order[]; inForce: number | null };

function History({ lines, inForce }: HistoryProps) {
  const now = useNow();
  return (
    <section className={classes.history} aria-labelledby="orders">
      <h2 id="orders">Orders</h2>
      {lines.length === 0 ? (
        <p className={classes.quiet}>Nobody has ever ordered another interval.</p>
      ) : (
        <ol>
          {lines.map((line) => (
            <li key={line.id}>
              <time>{clockTime(line.at, now)}</time>
              <div>
                <b>
                  {line.interval_seconds === null
                    ? "As the score says"
                    : `Every ${every(line.interval_seconds)} until ${clockTime(line.until, now)}`}
                </b>
                {line.id === inForce && <em>in force</em>}
                <small>
                  {line.person} ({line.role}): <q>{line.reason}</q>
                </small>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
