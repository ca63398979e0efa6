// A patient's own page: where their values come from, measure by measure and value by value.

import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { fromApi, type WhereFrom } from "../../from-api";
import { clockTime, count } from "../../languages/counting";
import { fill, words, written } from "../../languages/speaking";
import { useNow } from "../../live";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import { unitInWords } from "../../unit-words";
import classes from "./from.module.css";
import { originInWords } from "./from-words";

export default function From() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("from").title} />
      <p>{words("from").lead}</p>
      <Of patient={patient_id} />
    </div>
  );
}

function Of({ patient }: { patient: number }) {
  const say = words("from");
  const [search, setSearch] = useSearchParams();
  const wanted = search.get("of") ?? "";
  const found = useQuery({
    queryKey: ["where from", patient, wanted],
    queryFn: () => fromApi.whereFrom(patient, wanted),
    placeholderData: (before) => before,
  });
  if (found.error && !found.data)
    return <Trouble error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <Waiting what={say.reading} />;
  const { measures, vital } = found.data;
  if (measures.length === 0) return <p className={classes.card}>{say.none}</p>;
  return (
    <>
      <NativeSelect
        size="md"
        label={say.measure}
        data={measures.map((one) => ({ value: one.vital, label: one.label }))}
        // What was chosen stands there at once, though its values are still on their way.
        value={measures.some((one) => one.vital === wanted) ? wanted : vital}
        onChange={(event) => setSearch({ of: event.currentTarget.value }, { replace: true })}
      />
      <div className={classes.told} data-behind={found.isPlaceholderData || undefined}>
        <Origins said={found.data} />
        <Values said={found.data} />
      </div>
    </>
  );
}

function Origins({ said: { origins, days } }: { said: WhereFrom }) {
  const say = words("from");
  const now = useNow();
  return (
    <section className={classes.card} aria-labelledby="origins">
      <h2 id="origins">{say.origins}</h2>
      <ul className={classes.list}>
        {origins.map((one) => (
          <li key={`${one.way} ${one.name} ${one.through}`}>
            <b>{originInWords(one)}</b>
            <span>{count(say.told, one.values, { last: clockTime(one.last, now) })}</span>
          </li>
        ))}
      </ul>
      <p className={classes.quiet}>{fill(say.span, { days: written(days) })}</p>
    </section>
  );
}

function Values({ said }: { said: WhereFrom }) {
  const say = words("from");
  const now = useNow();
  const { origins, values, unit, decimals } = said;
  return (
    <section className={classes.card} aria-labelledby="each">
      <h2 id="each">{say.each}</h2>
      <ul className={classes.list}>
        {values.map(({ at, value, beside, origin }, place) => {
          const from = origins[origin];
          const lower = beside === null ? "" : `/${written(beside, decimals, decimals)}`;
          return (
            <li key={`${place} ${at}`}>
              <b>
                <bdi dir="ltr">
                  {written(value, decimals, decimals) + lower} <small>{unitInWords(unit)}</small>
                </bdi>
              </b>
              <span>{from && originInWords(from)}</span>
              <small>{clockTime(at, now)}</small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
