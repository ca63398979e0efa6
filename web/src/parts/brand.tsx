import { Group, Text } from "@mantine/core";

export function Brand({ size = 30, words = true }: { size?: number; words?: boolean }) {
  return (
    <Group gap={10} wrap="nowrap">
      <img src="/mark.svg" width={size} height={size} alt={words ? "" : "Homeward"} />
      {words && (
        <Text fw={750} fz={size * 0.66} lh={1} style={{ letterSpacing: "-0.02em" }}>
          Homeward
        </Text>
      )}
    </Group>
  );
}
