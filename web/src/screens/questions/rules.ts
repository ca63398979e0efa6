// Which questions stand, whether an answer is one, and what must be acted on: as the server judges
// (homeward/clinical/questions.py; cases.json holds both). Pure.

import type { Flag, Question } from "../../questions-api";

export type Value = boolean | number | string;
export type Answers = Readonly<Record<string, Value>>;
type Lean = Pick<Question, "link_id" | "asks"> & Partial<Omit<Question, "items">>;
export type Line = Lean & { items?: readonly Line[] };

const TEXT_MAX = 2000;
const FLAGS: readonly Flag[] = ["now", "self-harm", "call"];
export const isAsked = ({ asks }: Line): boolean => asks !== "group" && asks !== "display";

/** The lines that stand by what was answered, in the order of reading. */
export function shown<L extends Line>(lines: readonly L[], answers: Answers): L[] {
  const found: L[] = [];
  const standing = new Map<string, Value>();
  const walk = (some: readonly L[]) => {
    for (const line of some) {
      if (!stands(line, standing)) continue;
      found.push(line);
      const value = answers[line.link_id];
      if (isAsked(line) && value !== undefined) standing.set(line.link_id, value);
      walk((line.items ?? []) as readonly L[]);
    }
  };
  walk(lines);
  return found;
}

function stands({ when = [], is_any }: Line, standing: ReadonlyMap<string, Value>): boolean {
  if (when.length === 0) return true;
  const holds = when.map(({ question, operator, answer }) =>
    compares(standing.get(question), operator, answer),
  );
  return is_any ? holds.some(Boolean) : holds.every(Boolean);
}

function compares(value: Value | undefined, operator: string, answer: Value): boolean {
  if (operator === "exists") return (value !== undefined) === answer;
  if (operator === "=") return value === answer;
  if (operator === "!=") return value !== answer;
  if (value === undefined || typeof value !== typeof answer) return false;
  if (operator === ">") return value > answer;
  if (operator === "<") return value < answer;
  return operator === ">=" ? value >= answer : value <= answer;
}

const EASTERN = "٠١٢٣٤٥٦٧٨٩";

/** A number as people write it, with a point or a comma, or in the digits of an Arabic keyboard.
 * Nothing where nothing is written; NaN, which fits no question, where it is no number. */
export function numberIn(text: string): number | undefined {
  const plain = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(EASTERN.indexOf(digit)))
    .replace(/[,٫]/, ".");
  if (plain === "") return undefined;
  return /^-?\d{1,9}(\.\d{0,6})?$/.test(plain) ? Number(plain) : Number.NaN;
}

/** Whether this is an answer to that question. */
export function fits(line: Line, value: Value): boolean {
  const { asks, options = [], low, high, length_max } = line;
  if (asks === "boolean") return typeof value === "boolean";
  if (asks === "choice") return options.some(({ code }) => code === value);
  if (asks === "integer" || asks === "decimal")
    return (
      typeof value === "number" &&
      Number.isFinite(value) &&
      (asks === "decimal" || Number.isInteger(value)) &&
      value >= (low ?? Number.NEGATIVE_INFINITY) &&
      value <= (high ?? Number.POSITIVE_INFINITY)
    );
  if (typeof value !== "string") return false;
  if (asks === "date") return isDate(value);
  return value.trim() !== "" && value.length <= Math.min(length_max ?? TEXT_MAX, TEXT_MAX);
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}

/** What is lacking or is no answer, by question; empty: it may be sent. */
export function wrong(lines: readonly Line[], answers: Answers): string[] {
  const standing = shown(lines, answers).filter(isAsked);
  const names = new Set(standing.map(({ link_id }) => link_id));
  const strange = Object.keys(answers).filter((name) => !names.has(name));
  const bad = standing.filter((line) => {
    const value = answers[line.link_id];
    return value === undefined ? (line.is_required ?? false) : !fits(line, value);
  });
  return [...strange, ...bad.map(({ link_id }) => link_id)];
}

/** Only what is asked: what stood before another answer took it away is not sent. */
export function kept(lines: readonly Line[], answers: Answers): Answers {
  const names = new Set(
    shown(lines, answers)
      .filter(isAsked)
      .map(({ link_id }) => link_id),
  );
  return Object.fromEntries(Object.entries(answers).filter(([name]) => names.has(name)));
}

/** Only what is an answer to its question: what is half typed is none. */
export function fitting(lines: readonly Line[], answers: Answers): Answers {
  const bad = new Set(wrong(lines, answers));
  const good = Object.entries(answers).filter(([name]) => !bad.has(name));
  return kept(lines, Object.fromEntries(good));
}

/** What must be acted on, the worst first. */
export function flags(lines: readonly Line[], answers: Answers): Flag[] {
  return flagged(lines, answers)
    .map(([, flag]) => flag)
    .sort((one, other) => FLAGS.indexOf(one) - FLAGS.indexOf(other));
}

/** Which answers must be acted on, in the order of reading. */
export function signs(lines: readonly Line[], answers: Answers): string[] {
  return flagged(lines, answers).map(([link_id]) => `${link_id}=${answers[link_id]}`);
}

function flagged(lines: readonly Line[], answers: Answers): [string, Flag][] {
  const found: [string, Flag][] = [];
  for (const { link_id, asks, flag, options = [] } of shown(lines, answers)) {
    const value = answers[link_id];
    if (asks === "boolean" && value === true && flag) found.push([link_id, flag]);
    for (const option of options)
      if (option.code === value && option.flag) found.push([link_id, option.flag]);
  }
  return found;
}
