// From where limits come: the house, the site, the ward, the patient; the nearest word counts.

import { Link } from "wouter";
import type { LimitsOf } from "../../api";
import type { Limits, RuleLine } from "../../words";
import { byDefault, inWords, levelInWords, levelOf, when } from "./in-words";
import classes from "./levels.module.css";

type Props = { of: LimitsOf; limits: Limits };

/** The way down to here, and how much each level says of its own. */
export function Way({ of, limits }: Props) {
  const here = levelOf(of);
  const own = limits.rules.filter(({ scope }) => scope === here).length;
  const above = limits.rules[0]?.levels ?? [];
  const said = (scope: string) =>
    limits.rules.filter(({ levels }) => levels.some((one) => one.scope === scope && one.by)).length;
  const at = (scope: string) => (scope === "site" ? "/limits" : `/wards/${limits.ward_id}/limits`);
  return (
    <nav className={classes.way} aria-label="From where these limits come">
      <ol>
        <li>By default</li>
        {above.map(({ scope, name }) => (
          <li key={scope}>
            <Link href={at(scope)}>{name}</Link> {setOf(said(scope))}
          </li>
        ))}
        <li aria-current="page">
          {here === "patient" ? "This patient" : here === "ward" ? limits.ward : "The whole site"}{" "}
          {setOf(own)}
        </li>
      </ol>
    </nav>
  );
}

const setOf = (count: number) => <small>{count ? `${count} set` : "nothing set"}</small>;

const HERE = { patient: "This patient", ward: "This ward", site: "The whole site" };

/** One rule down its levels, each with its own words or what it inherits. */
export function Ladder({ of, rule }: { of: LimitsOf; rule: RuleLine }) {
  const above = (place: number) =>
    place === 0 ? "by default" : nameOf(rule.levels[place - 1]?.name ?? "");
  const isHere = rule.scope === levelOf(of);
  return (
    <dl className={classes.ladder} aria-label="What it has now, and from whom">
      <div>
        <dt>By default{rule.whose ? ` for ${rule.whose}` : ""}</dt>
        <dd>{byDefault(rule)}</dd>
      </div>
      {rule.levels.map((level, place) => (
        <div key={level.scope} data-own={level.by !== null || undefined}>
          <dt>{level.name}</dt>
          <dd>
            {levelInWords(rule, level, above(place))}
            {level.by && level.at !== null && (
              <small>
                {level.by} ({level.role}), {when(level.at)}: <q>{level.reason}</q>
              </small>
            )}
          </dd>
        </div>
      ))}
      {isHere && (
        <div data-own>
          <dt>{HERE[levelOf(of)]}</dt>
          <dd>{rule.is_on ? (rule.now ? inWords(rule, rule.now) : "on") : "off: does not ring"}</dd>
        </div>
      )}
    </dl>
  );
}

/** A level's name inside a sentence: "The whole site" is "the whole site" there. */
export function nameOf(name: string): string {
  return name === "The whole site" ? "the whole site" : name;
}
