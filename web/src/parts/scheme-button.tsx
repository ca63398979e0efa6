import { ActionIcon, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { MoonIcon, SunIcon } from "./icons";

export function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "dark" ? "light" : "dark";
  const words = `Switch to ${other} colours`;
  return (
    <ActionIcon
      variant="default"
      size={44}
      aria-label={words}
      title={words}
      onClick={() => setColorScheme(other)}
    >
      {other === "dark" ? <MoonIcon /> : <SunIcon />}
    </ActionIcon>
  );
}
