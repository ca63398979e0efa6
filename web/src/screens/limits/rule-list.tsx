// Each rule a row: what it watches, when it rings now, and who made it so.

import { Button } from "@mantine/core";
import type { LimitsOf } from "../../api";
import { useNow } from "../../live";
import { useMe } from "../../session";
import type { Level, RuleLine } from "../../words";
import {
  after,
  bound,
  byDefault,
  inOrder,
  levelOf,
  mayChange,
  notReached,
  number,
  seconds,
  when,
  worst,
} from "./in-words";
import classes from "./limits.module.css";

type Props = {
  of: LimitsOf;
  rules: readonly RuleLine[];
  onChange: (rule: RuleLine) => void;
};

export function RuleList({ of, rules, onChange }: Props) {
  const level = levelOf(of);
  const isUnit = level !== "patient";
  const canChange = mayChange(of, useMe().person.role);
  return (
    <table className={classes.table}>
      <caption className={classes.unseen}>What is watched, and how</caption>
      <thead>
        <tr>
          <th scope="col">Watches</th>
          <th scope="col">Rings</th>
          <th scope="col">At once</th>
          <th scope="col">Ends</th>
          {!isUnit && <th scope="col">At the latest after</th>}
          {canChange && (
            <th scope="col">
              <span className={classes.unseen}>Change</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {inOrder(rules).map((rule) => (
          <Row
            key={rule.rule}
            rule={rule}
            level={level}
            onChange={canChange ? () => onChange(rule) : null}
          />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = { rule: RuleLine; level: Level; onChange: (() => void) | null };

function Row({ rule, level, onChange }: RowProps) {
  const limit = rule.now;
  const isUnit = level !== "patient";
  const apart = notReached(rule);
  return (
    <tr data-rule={rule.rule} data-differs={rule.differs || undefined}>
      <th scope="row">
        <b>{rule.label}</b>
        <small>{rule.title}</small>
        <Why rule={rule} level={level} />
        {apart && <small className={classes.apart}>Keep their own: {apart}</small>}
      </th>
      {!rule.is_on ? (
        <td colSpan={isUnit ? 3 : 4} className={classes.off}>
          {rule.scope === null ? "Off by default" : "Off: does not ring"}
        </td>
      ) : limit === null ? (
        <td colSpan={isUnit ? 3 : 4} className={classes.quiet}>
          On, without a limit to set
        </td>
      ) : (
        <>
          <td>
            <span className={classes.label}>Rings</span>
            <b>{bound(rule, limit.limit)}</b>
            <small>{after(limit.delay_seconds)}</small>
          </td>
          <td>
            <span className={classes.label}>At once</span>
            {limit.extreme === null ? (
              <span className={classes.quiet}>never</span>
            ) : (
              bound({ ...rule, unit: "" }, limit.extreme)
            )}
          </td>
          <td>
            <span className={classes.label}>Ends</span>
            <span>at {number(rule, limit.clear_limit)}</span>
            <small>{limit.clear_seconds ? `for ${seconds(limit.clear_seconds)}` : "at once"}</small>
          </td>
          {!isUnit && (
            <td>
              <span className={classes.label}>At the latest after</span>
              <span>{worst(limit)}</span>
            </td>
          )}
        </>
      )}
      {onChange && (
        <td className={classes.act}>
          <Button variant="default" h={44} onClick={onChange} aria-label={`Change ${rule.title}`}>
            Change
          </Button>
        </td>
      )}
    </tr>
  );
}

const SCOPES = { patient: "this patient", ward: "the ward", site: "the whole site" };

/** Who made it other than the house has it, why, and for how long; and for whom the default is. */
function Why({ rule, level }: { rule: RuleLine; level: Level }) {
  const now = useNow();
  if (rule.trouble) {
    return (
      <small className={classes.trouble}>
        What was set here does not fit this rule any more. Set it anew.
      </small>
    );
  }
  if (rule.scope === null || rule.at === null) {
    return rule.whose ? <small className={classes.whose}>Default for {rule.whose}</small> : null;
  }
  const isSoon = rule.expires !== null && rule.expires - now < 3_600_000;
  return (
    <small className={classes.why}>
      <span>
        {rule.scope === level ? (
          `Set for ${SCOPES[rule.scope]} by `
        ) : (
          <>
            <b>Comes from {SCOPES[rule.scope]}</b>: set by{" "}
          </>
        )}
        {rule.by} ({rule.role}), {when(rule.at)}
        {rule.expires !== null && (
          <b data-soon={isSoon || undefined}> until {when(rule.expires)}</b>
        )}
      </span>
      <q>{rule.reason}</q>
      {rule.differs && <span>By default {byDefault(rule)}</span>}
    </small>
  );
}
