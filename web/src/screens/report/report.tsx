// The reports of one patient, one at a time: for carers beside the chart, and the patient's own.

import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "wouter";
import { momentOf } from "../../languages/counting";
import { fill, words, written } from "../../languages/speaking";
import { Trouble, Waiting } from "../../parts/states";
import { NAMES, type Name, reportApi, type Unit, type Wish } from "../../report-api";
import { isStaff } from "../../roles";
import { useMe } from "../../session";
import { Sheet } from "./page";
import classes from "./report.module.css";

/** How far back each may look; the first is what its guideline asks for. */
const DAYS: Record<Name, readonly number[]> = {
  glucose: [14, 30, 90],
  pressure: [],
  weight: [30, 90],
  oximetry: [1, 7],
};
const UNITS: readonly Unit[] = ["mg/dL", "mmol/L"];

type ReportsProps = { patient: number; isLet?: boolean };

export function Reports({ patient, isLet = false }: ReportsProps) {
  const say = words("report");
  const me = useMe();
  const usual: Unit = isStaff(me.person.role) ? "mg/dL" : me.choices.glucose_unit;
  const [search, setSearch] = useSearchParams();
  const name = NAMES.find((each) => each === search.get("report")) ?? "glucose";
  const days = Number(search.get("days")) || (DAYS[name][0] ?? 0);
  const unit = UNITS.find((each) => each === search.get("unit")) ?? usual;
  const wish: Wish = {
    ...(DAYS[name].length > 0 && { days }),
    ...(name === "glucose" && { unit }),
  };
  const report = useQuery({
    queryKey: ["report", patient, name, wish],
    queryFn: () => reportApi.report(patient, name, wish, isLet),
    placeholderData: (before) => (before?.page.name === name ? before : undefined),
  });
  const choose = (chosen: Record<string, string>) =>
    setSearch(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [key, value] of Object.entries(chosen)) next.set(key, value);
        if (chosen.report) next.delete("days");
        return next;
      },
      { replace: true },
    );
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          withItemsBorders={false}
          aria-label={say.report}
          value={name}
          onChange={(report) => choose({ report })}
          data={NAMES.map((value) => ({ value, label: say[value] }))}
        />
        {DAYS[name].length > 0 && (
          <SegmentedControl
            withItemsBorders={false}
            aria-label={say.days}
            value={String(days)}
            onChange={(chosen) => choose({ days: chosen })}
            data={DAYS[name].map((each) => ({
              value: String(each),
              label: fill(say.short, { count: written(each) }),
            }))}
          />
        )}
        {name === "glucose" && (
          <SegmentedControl
            withItemsBorders={false}
            aria-label={say.unit}
            value={unit}
            onChange={(chosen) => choose({ unit: chosen })}
            data={[...UNITS]}
          />
        )}
        <Button
          component="a"
          href={reportApi.paperAt(patient, name, wish, isLet)}
          download
          variant="default"
          h={44}
        >
          {say.download}
        </Button>
      </div>
      {report.error && <Trouble error={report.error} again={() => void report.refetch()} />}
      {!report.data && !report.error && <Waiting what={say.reading} />}
      {report.data && (
        <div data-behind={report.isPlaceholderData || undefined} className={classes.made}>
          <Sheet page={report.data.page} />
          <p className={classes.quiet}>
            {fill(say.made, {
              at: momentOf(report.data.made, report.data.zone),
              zone: report.data.zone,
            })}
          </p>
        </div>
      )}
    </>
  );
}
