// The frame around every screen: where one can go, who one is, and whether anything is heard.

import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, type ReactNode } from "react";
import { Link, useRoute } from "wouter";
import { api } from "../api";
import { useLink, useNow } from "../live";
import { isCarer } from "../roles";
import { useMe, useSignOut } from "../session";
import type { WardLine } from "../words";
import { AlarmStrip } from "./alarm-strip";
import { Brand } from "./brand";
import {
  BedIcon,
  BellIcon,
  DevicesIcon,
  HomeIcon,
  LimitsIcon,
  ListIcon,
  PersonIcon,
  PulseIcon,
  RotaIcon,
  SignOutIcon,
} from "./icons";
import { LostBanner } from "./lost-banner";
import { PatientSearch } from "./patient-search";
import { SchemeButton } from "./scheme-button";
import classes from "./shell.module.css";
import { SoundButton } from "./sound-button";
import { UnsavedBar } from "./unsaved-bar";

export function useWards() {
  const { person } = useMe();
  return useQuery({
    queryKey: ["wards"],
    queryFn: api.wards,
    enabled: isCarer(person.role) || person.role === "administrator",
    refetchInterval: 10_000,
  });
}

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

function WardLinks() {
  const wards = useWards();
  return wards.data?.map((ward) => <WardLink key={ward.id} ward={ward} />);
}

const WardLink = memo(function WardLink({ ward }: { ward: WardLine }) {
  return (
    <NavItem
      href={`/wards/${ward.id}`}
      label={ward.name}
      icon={ward.kind === "home" ? <HomeIcon /> : <BedIcon />}
      count={ward.open_alarms}
    />
  );
});

type NavItemProps = { href: string; at?: string; label: string; icon: ReactNode; count?: number };

function NavItem({ href, at = href, label, icon, count = 0 }: NavItemProps) {
  const [isHere] = useRoute(at);
  return (
    <Link href={href} className={classes.item} aria-current={isHere ? "page" : undefined}>
      {icon}
      <span>{label}</span>
      {count > 0 && (
        <span className={classes.count}>
          {count}
          <VisuallyHidden> open alarms</VisuallyHidden>
        </span>
      )}
    </Link>
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
        <Menu.Item component={Link} href="/system" leftSection={<PulseIcon />}>
          System
        </Menu.Item>
        <Menu.Item leftSection={<SignOutIcon />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
