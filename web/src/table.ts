// Rows by keys that come from elsewhere. Pure.

/** These rows and no other: a key such as `constructor` finds nothing, and none can be added. */
export function table<Row>(rows: Readonly<Record<string, Row>>): Readonly<Record<string, Row>> {
  return Object.freeze({ __proto__: null, ...rows } as unknown as Record<string, Row>);
}
