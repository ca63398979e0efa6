// Homeward's own palette. Every text colour here keeps 4.5:1 on the surface it is used on
// (WCAG 2.2, 1.4.3); tests/browser measures that with axe in both schemes.

import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

// Still water: the one accent, dark enough for white text from shade 6 on.
const harbour: MantineColorsTuple = [
  "#e6f6f8",
  "#cfebef",
  "#9fd8e0",
  "#6cc3d0",
  "#43aebd",
  "#1f8797",
  "#0b6e7e",
  "#0b5f6e",
  "#084e5b",
  "#053c46",
];

// Mantine's own grey 6 (its "dimmed") is 3.3:1 on white; this one is 5.9:1.
const gray: MantineColorsTuple = [
  "#f5f8fa",
  "#ecf1f5",
  "#e0e7ed",
  "#cdd7df",
  "#b1bdc8",
  "#8896a4",
  "#566371",
  "#414e5b",
  "#2b3641",
  "#18202a",
];

const dark: MantineColorsTuple = [
  "#dbe3ec",
  "#bcc8d5",
  "#9dacbc",
  "#7f90a2",
  "#3a4858",
  "#2a3643",
  "#1d2731",
  "#131a22",
  "#0d131a",
  "#080c11",
];

const red: MantineColorsTuple = [
  "#fdecec",
  "#fad3d3",
  "#f3a8a8",
  "#ee8282",
  "#e55a5a",
  "#d93434",
  "#c4161c",
  "#b01318",
  "#920f14",
  "#730b0f",
];

export const theme = createTheme({
  primaryColor: "harbour",
  primaryShade: 6,
  colors: { harbour, gray, dark, red },
  black: "#131a22",
  fontFamily: '"Inter Variable", system-ui, "DejaVu Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: "680" },
  defaultRadius: "md",
  cursorType: "pointer",
  focusRing: "auto",
  respectReducedMotion: true,
});

// Colours by meaning. Traces and numbers of one vital share its colour. Which colour belongs to
// which vital is convention, not standard: green heart, cyan oxygen, yellow breath.
export const meanings: CSSVariablesResolver = () => ({
  variables: {
    // IEC 60601-1-8:2006+A2:2020, table 2: red, yellow, cyan for high, medium, low.
    "--hw-high": "#c4161c",
    "--hw-high-text": "#ffffff",
    "--hw-medium": "#ffd43b",
    "--hw-medium-text": "#161200",
    "--hw-low": "#5fd9ea",
    "--hw-low-text": "#04181c",
    "--hw-trace": "#05090d",
    // NEWS2 bands keep the meaning of the Royal College's chart: white, yellow, orange, red.
    "--hw-score-0": "#ffffff",
    "--hw-score-1": "#fff3b0",
    "--hw-score-2": "#ffc27a",
    "--hw-score-3": "#ff8f8f",
  },
  light: {
    "--mantine-color-body": "#ffffff",
    "--mantine-color-error": "#b01318",
    "--hw-page": "#eef3f6",
    "--hw-surface": "#ffffff",
    "--hw-raised": "#f5f8fa",
    "--hw-line": "#d3dde5",
    "--hw-text": "#131a22",
    "--hw-quiet": "#4f5c69",
    "--hw-heart": "#08732f",
    "--hw-oxygen": "#07648a",
    "--hw-breath": "#775800",
    "--hw-pressure": "#a3331b",
    "--hw-warmth": "#5a49b4",
    "--hw-glucose": "#8b2c86",
    "--hw-fine": "#0a6b35",
    "--hw-watch": "#7d5700",
    "--hw-act": "#b01318",
  },
  dark: {
    "--mantine-color-body": "#131a22",
    "--mantine-color-error": "#ff9a9a",
    "--hw-page": "#0a0f15",
    "--hw-surface": "#131a22",
    "--hw-raised": "#1a232d",
    "--hw-line": "#2a3643",
    "--hw-text": "#e6edf4",
    "--hw-quiet": "#a3b2c1",
    "--hw-heart": "#3ee280",
    "--hw-oxygen": "#55d4ff",
    "--hw-breath": "#ffdf5c",
    "--hw-pressure": "#ffab98",
    "--hw-warmth": "#c9bdff",
    "--hw-glucose": "#f4a6ef",
    "--hw-fine": "#5fe39a",
    "--hw-watch": "#ffd666",
    "--hw-act": "#ff9a9a",
  },
});
