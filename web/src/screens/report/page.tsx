// One report as its guideline reads it: the numbers, the curve, the days. On paper it says the same.

import { fill, words } from "../../languages/speaking";
import { WarningIcon } from "../../parts/icons";
import type { Figure, Plot, ReportPage } from "../../report-api";
import { HEIGHT, LEFT, marksOf, outline, path, scaleOf, WIDTH } from "./plot";
import classes from "./report.module.css";

export function Sheet({ page }: { page: ReportPage }) {
  return (
    <article className={classes.sheet} aria-label={page.title}>
      <header>
        <h2>{page.title}</h2>
        <p className={classes.quiet}>{page.span}</p>
      </header>
      {page.lacking && (
        <p className={classes.lacking} role="note">
          <WarningIcon size={20} /> {page.lacking}
        </p>
      )}
      <dl className={classes.figures}>
        {page.figures.map((figure) => (
          <OneFigure key={figure.name} figure={figure} />
        ))}
      </dl>
      {page.plot && <Drawn plot={page.plot} />}
      {page.rows.length > 0 && <Days page={page} />}
      <footer className={classes.quiet}>
        {page.notes?.map((note) => (
          <p key={note} dir="auto">
            {note}
          </p>
        ))}
        <p dir="auto">{page.source}</p>
      </footer>
    </article>
  );
}

function OneFigure({ figure: { name, value, target, is_met } }: { figure: Figure }) {
  const say = words("report");
  return (
    <div className={classes.figure} data-met={is_met ?? undefined}>
      <dt>{name}</dt>
      <dd>
        <b>
          <bdi>{value}</bdi>
        </b>
        {target && (
          <small>
            {fill(say.target, { target })}
            {typeof is_met === "boolean" && (
              <span className={classes.met}>
                {is_met ? "✓" : "✗"} {is_met ? say.met : say.notMet}
              </span>
            )}
          </small>
        )}
      </dd>
    </div>
  );
}

function Drawn({ plot }: { plot: Plot }) {
  const scale = scaleOf(plot);
  const say = words("report");
  const legend = [...(plot.bands ?? []), ...(plot.curves ?? [])].map(({ name }) => name);
  return (
    <figure className={classes.plot}>
      <figcaption className={classes.quiet}>
        {fill(say.legend, { label: plot.label, unit: plot.unit, names: legend.join(", ") })}
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        direction="ltr"
        aria-label={fill(say.curve, { label: plot.label })}
      >
        {plot.bands?.map(({ name, low, high }, place) => (
          <path
            key={name}
            className={classes.band}
            data-place={place}
            d={outline(plot.x, low, high, scale)}
          />
        ))}
        {marksOf(plot).map((bound) => (
          <g key={bound} className={classes.bound}>
            <line x1={LEFT} x2={WIDTH} y1={scale.y(bound)} y2={scale.y(bound)} />
            <text x={LEFT - 6} y={scale.y(bound) + 4} textAnchor="end">
              {bound}
            </text>
          </g>
        ))}
        {plot.curves?.map(({ name, values }, place) => (
          <path
            key={name}
            className={classes.curve}
            data-place={place}
            d={path(plot.x, values, scale)}
          />
        ))}
        {plot.ticks.map(([at, text], place) => (
          <text
            key={String(at)}
            x={scale.x(at)}
            y={HEIGHT - 6}
            textAnchor={place === 0 ? "start" : place === plot.ticks.length - 1 ? "end" : "middle"}
          >
            {text}
          </text>
        ))}
      </svg>
    </figure>
  );
}

function Days({ page }: { page: ReportPage }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by keys
    <section className={classes.scroll} tabIndex={0} aria-label={words("report").dayByDay}>
      <table className={classes.days}>
        <thead>
          <tr>
            {page.head.map((name, place) => (
              <th key={name || `empty ${place}`} scope="col">
                {name || <span className={classes.hidden}>{words("report").remark}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {page.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((cell, place) => (
                <td key={place}>
                  <bdi>{cell}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
