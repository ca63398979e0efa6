import { Text } from "@mantine/core";

export default function SignIn() {
  return <Text>Sign in</Text>;
}
