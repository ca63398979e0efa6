// The readings a rule decided by, with its limit: the argument, drawn.

import type { AlarmStory } from "../../words";
import classes from "./alarms.module.css";
import { type Argument, argumentOf, path } from "./argument";

const WIDE = 600;
const TALL = 150;

export function Decided({ story }: { story: AlarmStory }) {
  const argument = argumentOf(story);
  if (!argument) return null;
  return (
    <figure className={classes.decided}>
      <figcaption>
        What the rule was given: {argument.count} readings in {argument.seconds} s
        {argument.limit !== null && `, limit ${argument.limit}`}
        {argument.isUnfollowed && ", and that nothing came after them"}
      </figcaption>
      <Plot argument={argument} />
    </figure>
  );
}

function Plot({ argument }: { argument: Argument }) {
  const { limit, low, high } = argument;
  const y = (value: number) => TALL - ((value - low) / (high - low)) * TALL;
  return (
    <div className={classes.plot}>
      <span className={classes.most}>{Math.round(high)}</span>
      <span className={classes.least}>{Math.round(low)}</span>
      <svg viewBox={`0 0 ${WIDE} ${TALL}`} preserveAspectRatio="none" role="img">
        <title>{`From ${argument.first} to ${argument.last}`}</title>
        {limit !== null && (
          <line x1={0} x2={WIDE} y1={y(limit)} y2={y(limit)} className={classes.limit} />
        )}
        <path d={path(argument, WIDE, TALL)} className={classes.curve} />
      </svg>
    </div>
  );
}
