import { expect, test } from "vitest";
import { layoutOf, pageOf } from "./layout";

test("eight beds on a wide screen have two long columns and four traces each", () => {
  expect(layoutOf(8, 1888, 900, "fit")).toMatchObject({ columns: 2, rows: 4, lanes: 4 });
});

test("a ward of 32 stands whole on a wall screen", () => {
  const layout = layoutOf(32, 1888, 900, "fit");
  expect(layout).toMatchObject({ beds: 32, columns: 4, rows: 8 });
  expect(layout.rows * layout.tall + 7 * 8).toBeLessThanOrEqual(900);
});

test("on a smaller screen as many as can be read, the rest on the next page", () => {
  expect(layoutOf(32, 1408, 700, "fit")).toMatchObject({ beds: 16, columns: 3 });
  expect(layoutOf(32, 1000, 450, "fit").beds).toBe(8);
});

test("who wants more than fits gets it, and scrolls", () => {
  const layout = layoutOf(32, 1000, 450, 32);
  expect(layout.beds).toBe(32);
  expect(layout.rows * layout.tall).toBeGreaterThan(450);
});

test("a small ward is not spread over more than it has", () => {
  expect(layoutOf(3, 1888, 900, 32)).toMatchObject({ beds: 3, columns: 1, rows: 3 });
  expect(layoutOf(0, 1888, 900, "fit").beds).toBe(1);
});

test("pages follow each other without a bed twice or none", () => {
  const beds = Array.from({ length: 20 }, (_, place) => place);
  const pages = [0, 1, 2].map((page) => pageOf(beds, 8, page));
  expect(pages.flatMap(({ beds }) => beds)).toEqual(beds);
  expect(pages[2]).toMatchObject({ pages: 3, first: 16 });
  expect(pageOf(beds, 8, 9).page).toBe(2); // somebody left: the last page there is
  expect(pageOf([], 8, 3)).toMatchObject({ page: 0, pages: 1, beds: [] });
});
