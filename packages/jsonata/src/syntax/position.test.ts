import { expect, test } from "vitest";
import { compile, ExpressionError } from "../index.ts";

/** The text with ^ before what the error means; the mark is taken out. */
const marked = (text: string): { text: string; offset: number } => {
  const offset = text.indexOf("‸");
  return { text: text.replace("‸", ""), offset };
};

const compileError = (text: string): ExpressionError => {
  try {
    compile(text);
  } catch (cause) {
    if (cause instanceof ExpressionError) return cause;
  }
  throw new Error(`no error for ${text}`);
};

test.each([
  ["S0211", "‸)"],
  ["S0211", "‸] = 1"],
  ["S0201", "a ‸b"],
  ["S0201", "a ‸`b c`"],
  ["S0201", "a ‸$b"],
  ["S0201", 'a ‸"b \\" c"'],
  ["S0201", "a ‸12.5"],
  ["S0211", "a and (b = ‸= c)"],
  ["S0202", '{"a" ‸1}'],
  ["S0202", "[1, 2‸)"],
  ["S0203", "[1, 2‸"],
  ["S0207", "data.co2 > ‸"],
  ["S0101", 'a & ‸"abc'],
  ["S0101", `a & "b" & ‸'c "d`],
  ["S0101", '/* "x */ `"` & ‸"y'],
  ["S0103", '"a\\‸q"'],
  ["S0104", '"a\\‸uxy"'],
  ["S0105", "a.‸`b"],
  ["S0106", "a ‸/* b"],
  ["S0302", "$match(a, ‸/b"],
  ["S0301", "$match(a, ‸//)"],
  ["S0213", "a.‸1"],
  ["S0212", "‸a := 1"],
  ["S0208", "function(‸x){1}"],
  ["S0209", "[1]{b: c}‸[0]"],
  ["S0215", "a[0]‸@$x"],
  ["S0102", "1 + ‸1e999"],
  ["S0203", '{\n  "a": data.co2,\n  "b": (1 +\n‸'],
  ["S0211", '{\n  "a": data.co2,\n  "b": ‸}'],
  ["S0211", '{\r\n  "a": 1,\r\n\t"b": ‸,\r\n}'],
  ["S0201", '"𝔘𝔫𝔦" ‸"😀"'],
  ["S0202", '{"😀": 1 ‸"𝔘": 2}'],
])("%s starts at the token: %j", (code, given) => {
  const { text, offset } = marked(given);
  expect(compileError(text)).toMatchObject({ code, offset });
});

test.each([
  ["T2001", '"x" ‸- 1'],
  ["T2009", '1 ‸<= "x"'],
  ["T2006", '42 ‸~> "x"'],
  ["T2003", '["a"‸..2]'],
  ["D3030", '1 + ‸$number("x")'],
  ["D3030", '"😀" & $string(‸$number ("x"))'],
  ["T0410", "\n  ‸$uppercase(1)"],
  ["T1005", "1 + ‸uppercase(a)"],
  ["T1006", "‸$nothing(1)"],
  ["T1003", "‸{1: 2}"],
  ["D1002", '‸-"x"'],
  ["T2007", '[{"a": 1}, {"a": "x"}]‸^(a)'],
  ["D1004", '1 & ‸$replace("ab", /x*/, "-")'],
  ["D3137", '($f := function($x){ ‸$error("bad") }; $f(1))'],
])("%s at run time starts at the token: %j", async (code, given) => {
  const { text, offset } = marked(given);
  await expect(async () => compile(text).evaluate({})).rejects.toMatchObject({ code, offset });
});

test("a text that is too nested to parse, or takes for ever, is an error and no crash", () => {
  expect(compileError("(".repeat(50_000)).code).toBe("D1011");
  const bomb = `${"(".repeat(40)}a${" ?? b)".repeat(40)}`;
  expect(compileError(bomb).code).toBe("D1012");
});
