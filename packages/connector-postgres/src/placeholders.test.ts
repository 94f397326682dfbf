import { expect, test } from "vitest";
import { countParams } from "./placeholders.ts";

test.each([
  ["insert into a values ($1, $2)", 2],
  ["insert into a values ($2)", 2],
  ["select $1 + $1, $10", 10],
  ["select 1", 0],
  ["select '$3', \"$4\", $1", 1],
  ["select 'it''s $3' -- $4\n, $1 /* $5 */", 1],
  ["do $$ begin perform $7; end $$", 0],
  ["select $tag$ $2 $tag$, $1", 1],
])("%s has %i", (statement, count) => {
  expect(countParams(statement)).toBe(count);
});
