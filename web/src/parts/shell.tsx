// The frame around every screen: where one can go, who one is, and whether anything is heard.

import { Menu, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import { Link, useRoute } from "wouter";
import { useLink, useNow } from "../live";
import { useLock } from "../locking";
import { isCarer } from "../roles";
import { useMe, useSignOut } from "../session";
import { AlarmStrip } from "./alarm-strip";
import { Brand } from "./brand";
import { BellIcon, EyeIcon, KeyIcon, ListIcon, PersonIcon, SignOutIcon } from "./icons";
import { LostBanner } from "./lost-banner";
import { LockIcon } from "./more-icons";
import { NavItem, WardLinks } from "./nav";
import { PatientSearch } from "./patient-search";
import { SchemeButton } from "./scheme-button";
import classes from "./shell.module.css";
import { SoundButton } from "./sound-button";
import { DevicesIcon, LimitsIcon, PulseIcon, RotaIcon } from "./staff-icons";
import { UnsavedBar } from "./unsaved-bar";

export function Shell({ children }: { children: ReactNode }) {
  const { person } = useMe();
  return (
    <div className={classes.shell}>
      <a className="hw-skip" href="#main">
        Skip to the page
      </a>
      <header className={classes.header}>
        <Link href="/" className={classes.brand} aria-label="Homeward, home">
          <Brand />
        </Link>
        <nav className={classes.nav} aria-label="Main">
          {isCarer(person.role) && <WardLinks />}
          {isCarer(person.role) && <NavItem href="/alarms" label="Alarms" icon={<BellIcon />} />}
          {(person.role === "engineer" || person.role === "administrator") && (
            <NavItem href="/system" label="System" icon={<PulseIcon />} />
          )}
          {person.role === "administrator" && (
            <>
              <NavItem href="/limits" label="Limits" icon={<LimitsIcon />} />
              <NavItem href="/scores" label="Scores" icon={<ListIcon />} />
              <NavItem href="/access" label="Access" icon={<PersonIcon />} />
              <NavItem href="/audit" label="Audit" icon={<EyeIcon />} />
            </>
          )}
          {person.role !== "engineer" && (
            <NavItem href="/rota" at="/rota/:ward?" label="Rota" icon={<RotaIcon />} />
          )}
          {person.role !== "patient" && (
            <NavItem href="/devices" label="Devices" icon={<DevicesIcon />} />
          )}
        </nav>
        <div className={classes.tools}>
          <Pulse />
          {isCarer(person.role) && <PatientSearch />}
          {isCarer(person.role) && <SoundButton />}
          <SchemeButton />
          <PersonMenu />
        </div>
      </header>
      <div id="notices" className={classes.notices}>
        <LostBanner />
        {isCarer(person.role) && <AlarmStrip />}
        {isCarer(person.role) && <UnsavedBar />}
      </div>
      <main id="main" className={classes.main} tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** The server's own time: as long as it moves, what stands below is what the server knows. */
function Pulse() {
  const link = useLink();
  const now = useNow();
  const words = { opening: "Connecting", open: "Live", lost: "Lost" }[link.state];
  const time = new Date(now).toLocaleTimeString([], {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  return (
    <div className={classes.pulse} data-link={link.state} data-testid="pulse">
      <span className={classes.dot} aria-hidden="true" />
      <span className={classes.word}>{words}</span>
      <time className={classes.time}>{link.state === "open" ? time : "--:--:--"}</time>
    </div>
  );
}

function PersonMenu() {
  const { person } = useMe();
  const signOut = useSignOut();
  const lock = useLock();
  const [, place] = useRoute("/wards/:ward/*?");
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <PersonIcon />
          <span className={classes.who}>
            <b>{person.name}</b> <span>{person.role}</span>
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {person.name}, {person.role}
        </Menu.Label>
        <Menu.Item component={Link} href="/reached" leftSection={<BellIcon />}>
          How I am reached
        </Menu.Item>
        <Menu.Item component={Link} href="/account" leftSection={<KeyIcon />}>
          My account
        </Menu.Item>
        {isCarer(person.role) && (
          <Menu.Item component={Link} href="/requests" leftSection={<ListIcon />}>
            Requests of patients
          </Menu.Item>
        )}
        <Menu.Item component={Link} href="/system" leftSection={<PulseIcon />}>
          System
        </Menu.Item>
        {isCarer(person.role) && place && (
          <Menu.Item leftSection={<LockIcon />} onClick={() => void lock(Number(place.ward))}>
            Lock this board
          </Menu.Item>
        )}
        <Menu.Item leftSection={<SignOutIcon />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
