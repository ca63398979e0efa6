// A patient's own switches: who may see which part of their record, what for, and how long.

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type Consents, consentApi, type NewConsent } from "../../consent-api";
import { words } from "../../languages/speaking";
import { PageHead } from "../../parts/page-head";
import { Trouble, Waiting } from "../../parts/states";
import { useMe } from "../../session";
import { Carers } from "./carers";
import classes from "./consent.module.css";
import { Past } from "./past";
import { Switches } from "./switches";
import { standing } from "./words";

export type Act = {
  isPending: boolean;
  say: (what: NewConsent) => void;
  end: (id: number) => void;
};

export default function Consent() {
  const { patient_id } = useMe();
  if (patient_id === null) return <Trouble error={new Error("no record")} />;
  return (
    <div className={classes.page}>
      <PageHead title={words("consent").title} />
      <Decisions patient={patient_id} />
    </div>
  );
}

function Decisions({ patient }: { patient: number }) {
  const client = useQueryClient();
  const key = ["consents", patient];
  const found = useQuery({ queryKey: key, queryFn: () => consentApi.of(patient) });
  const change = useMutation({
    mutationFn: (asked: () => Promise<Consents>) => asked(),
    onSuccess: (said) => client.setQueryData(key, said),
  });
  if (found.error && !found.data)
    return <Trouble error={found.error} again={() => void found.refetch()} />;
  if (!found.data) return <Waiting />;
  const act: Act = {
    isPending: change.isPending,
    say: (what) => change.mutate(() => consentApi.decide(patient, what)),
    end: (id) => change.mutate(() => consentApi.withdraw(patient, id)),
  };
  const { decided, now } = found.data;
  const open = decided.filter((one) => standing(one, now));
  return (
    <>
      <p className={classes.lead}>{words("consent").lead}</p>
      {change.error && (
        <p role="alert" className={classes.wrong}>
          {change.error.message}
        </p>
      )}
      <Switches found={found.data} open={open} act={act} />
      <Carers found={found.data} open={open} act={act} />
      <Past decided={decided.filter((one) => !standing(one, now))} />
    </>
  );
}
