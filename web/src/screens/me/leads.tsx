// Where one goes from today, in groups: what is done often first.

import { lazy, type ReactNode, Suspense } from "react";
import { Link } from "wouter";
import { later } from "../../home/later";
import type { First } from "../../languages/catalogue";
import { words } from "../../languages/speaking";
import {
  BellIcon,
  ChevronIcon,
  ClockIcon,
  EyeIcon,
  KeyIcon,
  ListIcon,
  PersonIcon,
  PlusIcon,
} from "../../parts/icons";
import classes from "./today.module.css";

// What comes later stands within what is there: nothing moves under a thumb.
const Fresh = lazy(() => later(() => import("../letters/fresh")));
const Waits = lazy(() => later(() => import("../../home/waits")));

type Today = First["today"];
type Key = { [Name in keyof Today]: Today[Name] extends string ? Name : never }[keyof Today];
type Lead = [href: string, name: Key, icon: typeof BellIcon];
const GROUPS: readonly (readonly [Key, readonly Lead[]])[] = [
  [
    "people",
    [
      ["/told", "told", PersonIcon],
      ["/reached", "reached", BellIcon],
    ],
  ],
  [
    "record",
    [
      ["/data", "data", ListIcon],
      ["/from", "from", ListIcon],
      ["/consent", "consent", KeyIcon],
      ["/looked", "looked", EyeIcon],
    ],
  ],
  [
    "me",
    [
      ["/choices", "choices", PersonIcon],
      ["/account", "account", KeyIcon],
    ],
  ],
];

/** What a patient does every day: near the top, where the thumb is. */
export function Often({ unread, again }: { unread: number; again: () => void }) {
  const say = words("today");
  return (
    <nav className={classes.often} aria-label={say.often}>
      <One href="/measure" icon={PlusIcon} name={say.measure}>
        <Suspense>
          <Waits />
        </Suspense>
      </One>
      <One href="/messages" icon={BellIcon} name={say.messages}>
        <Suspense>
          <Fresh unread={unread} again={again} />
        </Suspense>
      </One>
      <One href="/plan" icon={ClockIcon} name={say.plan} />
      <One href="/reports" icon={ListIcon} name={say.reports} />
    </nav>
  );
}

export function Leads() {
  const say = words("today");
  return GROUPS.map(([group, leads]) => (
    <nav key={group} className={classes.leads} aria-labelledby={`leads-${group}`}>
      <h2 id={`leads-${group}`}>{say[group]}</h2>
      {leads.map(([href, name, icon]) => (
        <One key={href} href={href} icon={icon} name={say[name]} />
      ))}
    </nav>
  ));
}

type OneProps = { href: string; icon: typeof BellIcon; name: string; children?: ReactNode };

function One({ href, icon: Icon, name, children }: OneProps) {
  return (
    <Link href={href} className={classes.lead}>
      <Icon size={22} />
      <span>
        {name} {children}
      </span>
      <ChevronIcon size={16} className="hw-forward" />
    </Link>
  );
}
