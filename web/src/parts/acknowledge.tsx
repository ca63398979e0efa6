// Answering an alarm: one press on the alarm, one on the reason. The reason is the record.

import { Button, Text } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { memo, useState } from "react";
import { notTaken, REASONS } from "../alarms";
import { Refused } from "../api";
import { useAlarm } from "../live-of";
import { staffApi } from "../staff-api";
import { isUnanswered } from "../standing";
import { taken } from "../taken";
import type { Alarm } from "../words";
import classes from "./acknowledge.module.css";
import { Dialog } from "./dialog";
import { SoundOffIcon } from "./staff-icons";

type Props = { alarm: Alarm | null; close: () => void };

/** Drawn anew only for the alarm it answers. */
export const Acknowledge = memo(function Acknowledge({ alarm, close }: Props) {
  return (
    <Dialog isOpen={alarm !== null} onClose={close} title="Acknowledge alarm" zIndex={320} centered>
      {alarm && <Reasons key={alarm.id} alarm={alarm} close={close} />}
    </Dialog>
  );
});

function Reasons({ alarm: opened, close }: { alarm: Alarm; close: () => void }) {
  const now = useAlarm(opened.id);
  const [isRefused, setRefused] = useState(false);
  // What is answered is what stands here, and no more; after a refusal that is how it stands now.
  const alarm = isRefused ? (now ?? opened) : opened;
  const onError = () => setRefused(true);
  const answer = useMutation({
    onError,
    mutationFn: (reason: string) => taken(staffApi.acknowledge(alarm, reason)),
    onSuccess: close,
  });
  const pause = useMutation({
    onError,
    mutationFn: () => taken(staffApi.pause(alarm)),
    onSuccess: close,
  });
  const error = answer.error ?? pause.error;
  const give = (reason: string) => {
    if (!answer.isPending) answer.mutate(reason);
  };
  useHotkeys(REASONS.map((reason, place) => [String(place + 1), () => give(reason)]));
  return (
    <>
      <div className={classes.alarm} data-priority={alarm.priority}>
        <b>{alarm.text}</b>
        <span>
          {[alarm.bed && `Bed ${alarm.bed}`, alarm.patient ?? alarm.device]
            .filter(Boolean)
            .join(" · ")}
        </span>
      </div>
      {error && (
        <p role="alert" className={classes.error}>
          {notTaken(
            error instanceof Refused ? error.message : "This failed",
            isUnanswered(error),
            now,
          )}
        </p>
      )}
      <Text fz="sm" c="var(--hw-quiet)" mb={8}>
        Why is it answered? Press a line or its number.
      </Text>
      {/* A key still held down from opening this must not choose a reason. */}
      <div className={classes.reasons}>
        {REASONS.map((reason, place) => (
          <button
            key={reason}
            type="button"
            className={classes.reason}
            data-autofocus={place === 0 || undefined}
            disabled={answer.isPending}
            onKeyDown={(event) => event.repeat && event.preventDefault()}
            onClick={() => give(reason)}
          >
            <kbd>{place + 1}</kbd>
            {reason}
          </button>
        ))}
      </div>
      {alarm.state === "active" && alarm.priority !== "high" && (
        <div className={classes.pause}>
          <span>Not answered yet? Its calls go on.</span>
          <Button
            variant="default"
            leftSection={<SoundOffIcon size={18} />}
            loading={pause.isPending}
            onClick={() => pause.mutate()}
          >
            Pause the sound
          </Button>
        </div>
      )}
    </>
  );
}
