// Where a message's link leads: it is seen, and what it was about opens.

import { Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Redirect, useParams } from "wouter";
import { words } from "../../languages/speaking";
import { CheckIcon } from "../../parts/icons";
import { Empty, Trouble, Waiting } from "../../parts/states";
import { reachApi } from "../../reach-api";
import { isStaff } from "../../roles";
import { useMe } from "../../session";

export default function Opened() {
  const { token = "" } = useParams();
  const { person } = useMe();
  const isPatient = !isStaff(person.role);
  const opened = useQuery({
    queryKey: ["opened", token],
    queryFn: () => reachApi.openMessage(token),
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  if (opened.error) {
    return <Trouble error={opened.error} again={() => void opened.refetch()} />;
  }
  if (!opened.data) return <Waiting what={words("reached").opening} />;
  const { alarm_id, patient_id, ward_id, is_letter } = opened.data;
  if (is_letter && person.role === "relative")
    return <Redirect to={`/of/${patient_id}/messages`} replace />;
  if (is_letter && isPatient) return <Redirect to="/messages" replace />;
  if (is_letter) return <Redirect to={`/patients/${patient_id}/messages`} replace />;
  if (alarm_id !== null && isPatient) return <Redirect to="/" replace />;
  if (patient_id !== null) return <Redirect to={`/patients/${patient_id}`} replace />;
  if (ward_id !== null) return <Redirect to={`/wards/${ward_id}`} replace />;
  if (alarm_id !== null) return <Redirect to="/" replace />;
  return (
    <Empty title={words("reached").works} icon={<CheckIcon size={34} />}>
      <Text>
        {words("reached").canBeReached}{" "}
        <Link href={isPatient ? "/" : "/reached"}>{words("reached").goOn}</Link>
      </Text>
    </Empty>
  );
}
