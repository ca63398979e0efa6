// Everything that was ever set here: by whom, why, until when, and how it ended.

import type { RuleLine, SettingLine } from "../../words";
import { inWords, when } from "./in-words";
import classes from "./limits.module.css";

type Props = { rules: readonly RuleLine[]; lines: readonly SettingLine[] };

export function History({ rules, lines }: Props) {
  const known = new Map(rules.map((rule) => [rule.rule, rule]));
  return (
    <section className={classes.history} aria-labelledby="history">
      <h2 id="history">Changes</h2>
      {lines.length === 0 ? (
        <p className={classes.quiet}>Nothing has ever been changed here.</p>
      ) : (
        <ol>
          {lines.map((line) => (
            <li key={line.id}>
              <time>{when(line.at)}</time>
              <div>
                <b>{known.get(line.rule)?.title ?? line.rule}</b>
                <span>{saidOf(line, known.get(line.rule))}</span>
                <small>
                  {line.by} ({line.role}): <q>{line.reason}</q>
                  {ending(line)}
                </small>
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function saidOf(line: SettingLine, rule: RuleLine | undefined): string {
  if (line.choice === "off") return "Switched off";
  if (line.choice === "on") return "Switched on";
  if (line.choice === "default") return "Back to what lies below";
  return rule ? inWords(rule, line) : "A limit";
}

function ending(line: SettingLine): string {
  if (line.ended !== null) {
    const why = line.because === "left" ? "the patient left the ward" : "its time was over";
    return ` Ended ${when(line.ended)}: ${why}.`;
  }
  return line.expires === null ? "" : ` Until ${when(line.expires)}.`;
}
