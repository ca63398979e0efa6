// Who works on which ward: whose patients they see. One press takes somebody off, two put one on.

import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { access, type Member } from "../../access-api";
import { useWards } from "../../parts/nav";
import { Trouble, Waiting } from "../../parts/states";
import type { WardLine } from "../../words";
import classes from "./access.module.css";

export function Teams() {
  const wards = useWards();
  if (wards.error && !wards.data) {
    return <Trouble error={wards.error} again={() => void wards.refetch()} />;
  }
  if (!wards.data) return <Waiting what="Asking who works where" />;
  return (
    <section className={classes.teams} aria-label="Teams">
      {wards.data.map((ward) => (
        <TeamOf key={ward.id} ward={ward} />
      ))}
    </section>
  );
}

function TeamOf({ ward }: { ward: WardLine }) {
  const client = useQueryClient();
  const team = useQuery({ queryKey: ["team", ward.id], queryFn: () => access.team(ward.id) });
  const again = { onSettled: () => client.invalidateQueries({ queryKey: ["team"] }) };
  const leave = useMutation({ mutationFn: access.leave, ...again });
  const join = useMutation({
    mutationFn: (person: number) => access.join(ward.id, person, false),
    ...again,
  });
  const [who, setWho] = useState("");
  if (team.error && !team.data)
    return <Trouble error={team.error} again={() => void team.refetch()} />;
  if (!team.data) return <Waiting what={`Asking who works on ${ward.name}`} />;
  const { members, carers } = team.data;
  const others = carers.filter((one) => members.every((member) => member.person_id !== one.id));
  const put = () => {
    join.mutate(Number(who));
    setWho("");
  };
  return (
    <section className={classes.card} aria-label={`Team of ${ward.name}`}>
      <h2>{ward.name}</h2>
      <p className={classes.quiet}>
        {ward.patients} {ward.patients === 1 ? "patient" : "patients"}, seen by these
      </p>
      <ul className={classes.members}>
        {members.map((member) => (
          <Line key={member.id} member={member} onLeave={() => leave.mutate(member.id)} />
        ))}
      </ul>
      {members.length === 0 && <p className={classes.wrong}>Nobody sees this ward's patients.</p>}
      <div className={classes.acts}>
        <NativeSelect
          aria-label={`Who joins ${ward.name}`}
          value={who}
          data={[{ value: "", label: "Who joins?" }].concat(
            others.map((one) => ({ value: String(one.id), label: `${one.name}, ${one.role}` })),
          )}
          onChange={(event) => setWho(event.currentTarget.value)}
        />
        <Button h={44} disabled={who === ""} loading={join.isPending} onClick={put}>
          Add
        </Button>
      </div>
      {(join.error ?? leave.error) && (
        <p role="alert" className={classes.wrong}>
          {(join.error ?? leave.error)?.message}
        </p>
      )}
    </section>
  );
}

function Line({ member, onLeave }: { member: Member; onLeave: () => void }) {
  return (
    <li>
      <span>
        <b>{member.name}</b> {member.role}
        {member.everywhere && <small>on every ward</small>}
      </span>
      <Button
        variant="subtle"
        color="gray"
        h={44}
        aria-label={`Take off ${member.name}`}
        onClick={onLeave}
      >
        Take off
      </Button>
    </li>
  );
}
