// The switching of one score: on, off, or as the level above says; and why.

import { Button, SegmentedControl, Switch, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { LimitsOf } from "../../api";
import { limitsApi } from "../../limits-api";
import { SideDialog } from "../../parts/dialog";
import type { NewSwitch, ScoresInUse, ScoreUse } from "../../words";
import { levelOf, pathOf } from "../limits/in-words";
import classes from "./scores.module.css";
import { mustSay } from "./use";

type Props = { of: LimitsOf; use: ScoreUse | null; onClose: () => void };

export function SwitchDialog({ of, use, onClose }: Props) {
  const title = use ? `Switch ${use.label}` : "";
  return (
    <SideDialog title={title} isOpen={use !== null} onClose={onClose}>
      {use && <Form key={use.score} of={of} use={use} onDone={onClose} />}
    </SideDialog>
  );
}

const AS_ABOVE = { patient: "As the ward", ward: "As the site", site: "By default" };
const WHERE = {
  patient: "for this patient",
  ward: "for everybody on this ward",
  site: "for everybody on every ward",
};
const VALUES = { on: true, off: false, default: null } as const;
type Choice = keyof typeof VALUES;

function Form({ of, use, onDone }: { of: LimitsOf; use: ScoreUse; onDone: () => void }) {
  const client = useQueryClient();
  const level = levelOf(of);
  const here = use.levels.find((one) => one.scope === level);
  const [choice, setChoice] = useState<Choice>(() =>
    here?.by == null ? "default" : here.is_on ? "on" : "off",
  );
  const [reason, setReason] = useState("");
  const [isSaid, setIsSaid] = useState(false);
  const [wasTried, setWasTried] = useState(false);
  const change = useMutation<ScoresInUse, Error, NewSwitch>({
    mutationFn: (said) => limitsApi.switchScore(of, said),
    onSuccess: (found) => {
      client.setQueryData(["scores-in-use", pathOf(of, "scores")], found);
      onDone();
    },
  });
  const words = mustSay(of, use, VALUES[choice]);
  const isShort = reason.trim().length < 3;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setWasTried(true);
    if (isShort) return;
    change.mutate({
      score: use.score,
      is_on: VALUES[choice],
      reason: reason.trim(),
      is_said: words !== null && isSaid,
    });
  };
  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p className={classes.quiet}>
        {use.label} {WHERE[level]}
        {use.whom && `; it is meant for ${use.whom}`}.
      </p>
      <SegmentedControl
        fullWidth
        aria-label="What should it be"
        data-autofocus
        value={choice}
        data={[
          { value: "on", label: "On" },
          { value: "off", label: "Off" },
          { value: "default", label: AS_ABOVE[level] },
        ]}
        onChange={(next) => {
          setChoice(next as Choice);
          setIsSaid(false);
          change.reset();
        }}
      />
      <Textarea
        label="Why"
        description="Everybody who looks at these scores sees it."
        value={reason}
        error={wasTried && isShort ? "Say why, in a few words." : null}
        maxLength={500}
        autosize
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {words && (
        <Switch
          className={classes.said}
          checked={isSaid}
          label={`I have read this: ${words}`}
          onChange={(event) => setIsSaid(event.currentTarget.checked)}
        />
      )}
      {change.error && (
        <p role="alert" className={classes.trouble}>
          {change.error.message}
        </p>
      )}
      <div className={classes.acts}>
        <Button variant="default" h={44} onClick={onDone}>
          Cancel
        </Button>
        <Button
          h={44}
          type="submit"
          loading={change.isPending}
          disabled={words !== null && !isSaid}
        >
          Save
        </Button>
      </div>
    </form>
  );
}
