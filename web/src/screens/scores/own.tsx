// A hospital's own tables and the keys that sign them: whose they are, and whether they still hold.

import { CheckIcon, WarningIcon } from "../../parts/icons";
import type { ScoreKey, ScoreUse } from "../../words";
import { when } from "../limits/in-words";
import classes from "./scores.module.css";

type TableProps = { own: NonNullable<ScoreUse["own"]>; score: string };

export function OwnTable({ own, score }: TableProps) {
  return (
    <div className={classes.own}>
      {own.trouble ? (
        <p role="alert">
          <WarningIcon size={16} /> Not computed: {own.trouble}. Sign and add it anew, or withdraw
          it: <code>homeward score withdraw {score}</code>
        </p>
      ) : (
        <p>
          <CheckIcon size={16} /> The signature holds.
        </p>
      )}
      <small>
        Version {own.version}, signed with the key {own.signer || "of an unknown name"} (
        {own.fingerprint}). Added by {own.by}, {when(own.at)}: <q>{own.reason}</q>
      </small>
      <small className={classes.hash}>sha256 {own.sha256}</small>
    </div>
  );
}

export function Keys({ keys }: { keys: readonly ScoreKey[] }) {
  return (
    <section className={classes.keys} aria-labelledby="keys">
      <h2 id="keys">Keys that sign the hospital’s own tables</h2>
      {keys.length === 0 ? (
        <p className={classes.quiet}>
          No key is trusted here, and no table of your own is in use. How to add one:{" "}
          <code>homeward score keys make ward.key</code>, and the guide on scores.
        </p>
      ) : (
        <ul>
          {keys.map((key) => (
            <li key={key.fingerprint} data-trusted={key.is_trusted || undefined}>
              <b>{key.name}</b> <code>{key.fingerprint}</code>
              <span>{key.is_trusted ? "trusted" : "not trusted any more"}</span>
              <small>
                {key.by}, {when(key.at)}: <q>{key.reason}</q>
              </small>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
