// The three things a screen shows when it has nothing to show: waiting, nothing, trouble.

import { Button, Loader, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { Refused } from "../api";
import { WarningIcon } from "./icons";

export function Waiting({ what = "Loading" }: { what?: string }) {
  return (
    <Stack align="center" justify="center" gap="xs" mih={240} role="status" aria-label={what}>
      <Loader />
      <Text c="var(--hw-quiet)">{what}</Text>
    </Stack>
  );
}

type EmptyProps = { title: string; icon?: ReactNode; children?: ReactNode };

export function Empty({ title, icon, children }: EmptyProps) {
  return (
    <Stack
      align="center"
      justify="center"
      gap="xs"
      mih={260}
      maw={500}
      mx="auto"
      p="lg"
      ta="center"
      c="var(--hw-quiet)"
    >
      {icon}
      <Title order={2} size="h4" c="var(--hw-text)">
        {title}
      </Title>
      {children}
    </Stack>
  );
}

/** Something went wrong: says so in the server's own words and offers to try again. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const words = error instanceof Refused ? error.message : "This page failed. Try again.";
  return (
    <div role="alert">
      <Empty title="This cannot be shown now" icon={<WarningIcon size={34} />}>
        <Text>{words}</Text>
        {again && (
          <Button variant="default" onClick={again} mt="xs">
            Try again
          </Button>
        )}
      </Empty>
    </div>
  );
}
