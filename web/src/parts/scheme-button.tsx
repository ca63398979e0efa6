// Light or dark. A plain button: it is there on the very first page.

import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { words } from "../languages/speaking";
import { MoonIcon, SunIcon } from "./icons";
import classes from "./scheme-button.module.css";

export function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const other = useComputedColorScheme("light") === "dark" ? "light" : "dark";
  const label = words("frame")[other];
  return (
    <button
      type="button"
      className={classes.button}
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(other)}
    >
      {other === "dark" ? <MoonIcon /> : <SunIcon />}
    </button>
  );
}
