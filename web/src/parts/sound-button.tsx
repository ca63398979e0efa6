// Whether alarms can be heard. "Off" is a state one must see: silence could be either.

import { UnstyledButton } from "@mantine/core";
import { useEffect, useSyncExternalStore } from "react";
import { speaker } from "../alarm-sound";
import { mostUrgent, withoutParts } from "../alarms";
import { useAlarms, useIsBlind } from "../live";
import classes from "./sound-button.module.css";
import { SoundIcon, SoundOffIcon } from "./staff-icons";

/** Whether somebody at this screen has armed the sound. */
export function useIsArmed(): boolean {
  return useSyncExternalStore(speaker.subscribe, speaker.getState) === "on";
}

export function SoundButton() {
  const isOn = useIsArmed();
  const worst = mostUrgent(withoutParts(useAlarms()));
  // A server that is gone raises nothing any more: that is the loudest alarm this page has.
  const urgency = useIsBlind() ? "high" : worst;
  useEffect(() => {
    speaker.setUrgency(urgency);
    return () => speaker.setUrgency(null);
  }, [urgency]);
  const words = isOn
    ? "Alarm sound is on. Press to turn it off"
    : "Alarm sound is off. Press to arm it";
  return (
    <UnstyledButton
      className={classes.sound}
      data-on={isOn}
      title={words}
      onClick={() => void (isOn ? speaker.disarm() : speaker.arm())}
    >
      {isOn ? <SoundIcon /> : <SoundOffIcon />}
      <span>{isOn ? "Sound on" : "Sound off – arm"}</span>
    </UnstyledButton>
  );
}
