import { describe, expect, test } from "vitest";
import { interpolate, namesSecret } from "./interpolate.ts";

const variables = {
  env: { HOST: "h", EMPTY: "", BRACES: "{{ ${HOST} }}", API_KEY: "k", __proto__: undefined },
  readText(path: string): string {
    if (path === "secret") return "from file\n";
    throw new Error("it does not exist");
  },
};
const text = (given: string): string => interpolate(given, variables).text;

describe("interpolation", () => {
  test.each([
    ["plain", "plain"],
    ["${HOST}", "h"],
    ["a${HOST}b${HOST}c", "ahbhc"],
    ["${NOPE:-}", ""],
    ["${NOPE:-x:-y z}", "x:-y z"],
    ["${EMPTY:-x}", "x"],
    ["${EMPTY}", ""],
    ["${HOST:-x}", "h"],
    ["$${HOST}", "${HOST}"],
    ["$$${HOST}", "$${HOST}"],
    ["${file:secret}", "from file"],
    ["${BRACES}", "{{ ${HOST} }}"],
    ["$HOST {HOST} $", "$HOST {HOST} $"],
  ])("%s becomes %s", (given, expected) => {
    expect(text(given)).toBe(expected);
    expect(interpolate(given, variables).problems).toEqual([]);
  });

  test.each([
    ["a ${NOPE}", "CONFIG_VARIABLE_MISSING", 2],
    ["${toString}", "CONFIG_VARIABLE_MISSING", 0],
    ["${file:none}", "CONFIG_VARIABLE_MISSING", 0],
    ["${file:}", "CONFIG_VARIABLE_MISSING", 0],
    ["ab ${", "CONFIG_VARIABLE_SYNTAX", 3],
    ["${}", "CONFIG_VARIABLE_SYNTAX", 0],
    ["${1A}", "CONFIG_VARIABLE_SYNTAX", 0],
    ["${A-x}", "CONFIG_VARIABLE_SYNTAX", 0],
  ])("%s is %s", (given, code, index) => {
    expect(interpolate(given, variables).problems).toMatchObject([{ code, index }]);
  });

  test("knows which values must not be shown", () => {
    const { values } = interpolate("${HOST} ${API_KEY} ${file:secret}", variables);
    expect(values.map(({ text, isSecret }) => [text, isSecret])).toEqual([
      ["h", false],
      ["k", true],
      ["from file", true],
    ]);
    expect(["authorization", "DB_PASSWORD", "apiKey", "X-Auth-Token", "clientSecret"].every(namesSecret)).toBe(true);
    expect(["url", "HOST", "keyboard", "topic", "KEY"].some(namesSecret)).toBe(false);
  });
});
