// Where one can go: the wards, and the pages of one's role.

import { Menu, UnstyledButton, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { memo, type ReactNode, useEffect, useMemo, useRef } from "react";
import { Link, useRoute } from "wouter";
import { useFollowed } from "../my-wards";
import { isCarer } from "../roles";
import { useMe } from "../session";
import { staffApi } from "../staff-api";
import type { WardLine } from "../words";
import { HomeIcon } from "./more-icons";
import classes from "./shell.module.css";
import { BedIcon } from "./staff-icons";

/** So many wards stand side by side; of more the one here, one more of one's own, and a menu. */
const WARDS_MAX = 4;
const MINE_MAX = 2;
const BY_NUMBER = new Intl.Collator(undefined, { numeric: true });

export function useWards() {
  const { person } = useMe();
  return useQuery({
    queryKey: ["wards"],
    queryFn: staffApi.wards,
    enabled: isCarer(person.role) || person.role === "administrator",
    refetchInterval: 10_000,
  });
}

export function WardLinks() {
  const { data } = useWards();
  const wards = useMemo(
    () => [...(data ?? [])].sort((one, other) => BY_NUMBER.compare(one.name, other.name)),
    [data],
  );
  const followed = useFollowed(useMe().person.id);
  const [, place] = useRoute("/wards/:ward/*?");
  if (wards.length <= WARDS_MAX) return wards.map((ward) => <WardLink key={ward.id} ward={ward} />);
  const here = wards.filter(({ id }) => String(id) === place?.ward);
  const others = wards.filter((ward) => followed.includes(ward.id) && !here.includes(ward));
  const mine = new Set([...here, ...others].slice(0, MINE_MAX));
  return (
    <>
      {wards
        .filter((ward) => mine.has(ward))
        .map((ward) => (
          <WardLink key={ward.id} ward={ward} />
        ))}
      <Wards wards={wards} elsewhere={wards.filter((ward) => !mine.has(ward))} />
    </>
  );
}

type WardsProps = { wards: readonly WardLine[]; elsewhere: readonly WardLine[] };

/** Every ward in a menu; it counts the open alarms of those that do not stand beside it. */
function Wards({ wards, elsewhere }: WardsProps) {
  const count = elsewhere.reduce((sum, ward) => sum + ward.open_alarms, 0);
  return (
    <Menu position="bottom-start" width={280} zIndex={320}>
      <Menu.Target>
        <UnstyledButton className={classes.item}>
          <BedIcon />
          <span>Wards</span>
          <Count count={count} />
          <span aria-hidden="true">▾</span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.wards}>
        {wards.map((ward) => (
          <Menu.Item
            key={ward.id}
            component={Link}
            href={`/wards/${ward.id}`}
            leftSection={ward.kind === "home" ? <HomeIcon /> : <BedIcon />}
            rightSection={<Count count={ward.open_alarms} />}
          >
            {ward.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
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

export function NavItem({ href, at = href, label, icon, count = 0 }: NavItemProps) {
  const [isHere] = useRoute(at);
  const link = useRef<HTMLAnchorElement>(null);
  // On a telephone not all stand side by side: the one where one is, is in sight.
  useEffect(() => {
    const [here, row] = [link.current, link.current?.parentElement];
    if (isHere && here && row)
      row.scrollTo({ left: here.offsetLeft + here.offsetWidth - row.clientWidth });
  }, [isHere]);
  return (
    <Link
      ref={link}
      href={href}
      className={classes.item}
      aria-current={isHere ? "page" : undefined}
    >
      {icon}
      <span>{label}</span>
      <Count count={count} />
    </Link>
  );
}

function Count({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span className={classes.count}>
      {count}
      <VisuallyHidden> open alarms</VisuallyHidden>
    </span>
  );
}
