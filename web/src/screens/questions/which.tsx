// In a plan: which questionnaire a line asks.

import { NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { questionsApi } from "../../questions-api";
import { textOf } from "./words";

type Props = { url: string; onChoose: (url: string, title: string) => void };

export function WhichForm({ url, onChoose }: Props) {
  const forms = useQuery({ queryKey: ["questionnaires"], queryFn: questionsApi.forms });
  const known = (forms.data ?? []).map((form) => ({
    value: form.url,
    label: textOf(form.title, "en"),
  }));
  const address = url.split("|")[0] ?? "";
  const isKnown = known.some(({ value }) => value === address);
  return (
    <NativeSelect
      label="Which questions"
      size="md"
      value={address}
      data={[
        ...(address === "" ? [{ value: "", label: "Choose…" }] : []),
        ...known,
        ...(address === "" || isKnown ? [] : [{ value: address, label: address }]),
      ]}
      onChange={({ currentTarget: { value } }) =>
        onChoose(value, known.find((each) => each.value === value)?.label ?? "")
      }
    />
  );
}
