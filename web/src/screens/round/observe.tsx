// One patient's observation, entered at the bedside with one hand.

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams, useSearchParams } from "wouter";
import { clockTime } from "../../freshness";
import { useNow, useWatch } from "../../live";
import { Trouble, Waiting } from "../../parts/states";
import { useTitle } from "../../parts/title";
import { staffApi } from "../../staff-api";
import type { Bedside } from "../../words";
import { Identity } from "../patient/identity";
import { lasting } from "./entry";
import { Form } from "./form";
import classes from "./observe.module.css";
import { howOften } from "./often";
import { nextOf, useRound } from "./use-round";

export default function ObserveScreen() {
  const patient = Number(useParams<{ patient: string }>().patient);
  return <OfPatient key={patient} patient={patient} />;
}

function OfPatient({ patient }: { patient: number }) {
  useWatch("patient", patient);
  const bedside = useQuery({
    queryKey: ["bedside", patient],
    queryFn: () => staffApi.bedside(patient),
    refetchInterval: 30_000,
  });
  useTitle(bedside.data ? `Observe ${bedside.data.patient.name}` : "Observe");
  if (bedside.error && !bedside.data)
    return <Trouble error={bedside.error} again={() => void bedside.refetch()} />;
  if (!bedside.data) return <Waiting what="Opening the bedside" />;
  return <AtBedside bedside={bedside.data} />;
}

function AtBedside({ bedside }: { bedside: Bedside }) {
  const [search] = useSearchParams();
  const ward = Number(search.get("round")) || null;
  const round = useRound(ward);
  const client = useQueryClient();
  const now = useNow();
  const { patient, bed } = bedside;
  const next = round.data && nextOf(round.data.beds, patient.id, now);
  const corrects = useCorrected(patient.id);
  const saved = () => {
    void client.invalidateQueries({ queryKey: ["round"] });
    void client.invalidateQueries({ queryKey: ["bedside", patient.id] });
    void client.invalidateQueries({ queryKey: ["observations", patient.id] });
  };
  return (
    <div className={classes.page}>
      <Identity patient={patient} score={bed?.score ?? null} />
      {corrects.isLoading ? (
        <Waiting what="Opening the entry" />
      ) : corrects.data ? (
        <p className={classes.due}>
          Correcting what {corrects.data.person} entered for {clockTime(corrects.data.at, now)}. The
          old entry stays, struck through.
        </p>
      ) : (
        bed && (
          <p className={classes.due}>
            {dueInWords(bed, now)} <Link href={`/patients/${patient.id}/interval`}>How often</Link>
          </p>
        )
      )}
      {!corrects.isLoading && (
        <Form
          bedside={bedside}
          ward={ward}
          next={next ?? null}
          corrects={corrects.data ?? null}
          onSaved={saved}
        />
      )}
    </div>
  );
}

/** The entry that this page corrects, where its address names one. */
function useCorrected(patient: number) {
  const [search] = useSearchParams();
  const id = Number(search.get("corrects"));
  const at = Number(search.get("at"));
  return useQuery({
    queryKey: ["observations", patient, "one", id],
    queryFn: async () =>
      (await staffApi.observations(patient, at, at + 1)).find((each) => each.id === id) ?? null,
    enabled: id > 0 && at > 0,
  });
}

function dueInWords(bed: NonNullable<Bedside["bed"]>, now: number) {
  const { due, parts, interval_seconds } = bed;
  if (due === null || interval_seconds === null) return null;
  const often = `Observed: ${howOften(bed, now)}.`;
  if (due > now) return `${often} Next in ${lasting(due - now)}.`;
  const wanted = parts.filter((part) => part.due <= now);
  const what =
    wanted.length === parts.length ? "everything" : wanted.map((part) => part.label).join(", ");
  const late = now - due < 60_000 ? "now" : `since ${lasting(now - due)}`;
  return `${often} Due ${late}: ${what}.`;
}
