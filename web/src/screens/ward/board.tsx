import { Text } from "@mantine/core";

export default function Screen() {
  return <Text>Not here yet.</Text>;
}
