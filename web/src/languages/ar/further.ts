export * from "./care";
export * from "./me";
export * from "./people";
export * from "./rights";
