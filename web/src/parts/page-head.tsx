// A page's title row, and the document's title with it.

import { Group, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTitle } from "./title";

export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  useTitle(title);
  return (
    <Group justify="space-between" gap="sm" mb="sm">
      <Title order={1} size="h3">
        {title}
      </Title>
      {children}
    </Group>
  );
}
