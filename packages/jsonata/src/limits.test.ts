// Each limit, met by expressions that would loop, explode or backtrack. What such a limit costs: bench/speed.mjs.
// Values and names meant to break out are in hostile.test.ts.
import { describe, expect, test } from "vitest";
import { compile, defaultLimits, type Limits } from "./index.ts";

// Counted limits must not lose a race against the clock of a busy machine, so each test loosens what it does not mean.
const patient: Partial<Limits> = { timeMs: 600_000 };
const short: Partial<Limits> = { timeMs: 20, depth: Infinity };

const code = async (text: string, limits: Partial<Limits>, input: unknown = {}): Promise<string> => {
  try {
    await compile(text, { limits }).evaluate(input);
    return "none";
  } catch (cause) {
    return (cause as { code: string }).code;
  }
};

test("the defaults are those of the documentation", () => {
  expect(defaultLimits).toEqual({ timeMs: 250, depth: 500, sequence: 1e6, outputBytes: 4 * 1024 * 1024 });
});

describe("D1012", () => {
  test.each([
    ["a loop of tail calls", "($f := function($n){ $f($n + 1) }; $f(0))"],
    ["a loop inside $eval", '$eval("($f := function($n){ $f($n + 1) }; $f(0))")'],
    ["a built-in as callback", "$map([1..1000000], $string)"],
    ["$reduce over a built-in", "$reduce([1..1000000], $append)"],
    ["the default sort", "$sort([1..1000000].($ * 7919 % 1000003))"],
    ["a sort with a comparator", "$sort([1..100000], function($a, $b){ $a < $b })"],
    ["order-by", "[1..400000]^(>$)"],
    ["$distinct of objects", "$distinct([1..900000].{'a': $})"],
    ["$spread", "$spread([1..300000].{'a': $})"],
    ["a picture made of many fractions", `$toMillis("${"1".repeat(60)}", "${"[f1]".repeat(20)}x")`],
    ["many matches", '$replace($pad("", 4000000, "ab"), /a/, "b")'],
  ])("stops %s", async (_name, text) => {
    expect(await code(text, short)).toBe("D1012");
  });

  test.each([
    ["nested quantifiers", "^(a+)+$"],
    ["alternatives that overlap", "^(a|a)*$"],
    ["many quantifiers in a row", "^a*a*a*a*a*a*a*a*a*a*a*a*b$"],
    ["optional ones", `^${"a?".repeat(40)}${"a".repeat(40)}b$`],
    ["a back reference", "^(a*)*\\1b$"],
    ["a counted group", "^(a{1,9}){9}b$"],
    ["a look-ahead", "^(?=(a+)+b)"],
  ])("stops a regular expression with %s", async (_name, pattern) => {
    expect(await code(`$contains($, /${pattern}/)`, short, `${"a".repeat(5000)}!`)).toBe("D1012");
  });

  test("stops a search that is quadratic in a long text", async () => {
    expect(await code("$contains($, /\\s+$/)", short, `${" ".repeat(300_000)}x`)).toBe("D1012");
  });

  test("does not count the turns of others", async () => {
    const slow = compile("$sum($map([1..3000], function($n){ $n }))", { limits: { timeMs: 5000 } });
    const results = await Promise.all(Array.from({ length: 40 }, async () => slow.evaluate({})));
    expect(new Set(results)).toEqual(new Set([4_501_500]));
  });
});

describe("D1011", () => {
  test("stops recursion", async () => {
    expect(await code("($f := function($n){ 1 + $f($n + 1) }; $f(0))", patient)).toBe("D1011");
    expect(await code("($f := function($n){ [$f($n + 1), $f($n + 1)] }; $f(0))", patient)).toBe("D1011");
  });

  test("lets a recursion end that is within it, to the step", async () => {
    const factorial = "($f := function($n){ $n = 0 ? 1 : $n * $f($n - 1) }; $f(99))";
    expect(await code(factorial, { ...patient, depth: 302 })).toBe("none");
    expect(await code(factorial, { ...patient, depth: 301 })).toBe("D1011");
  });

  test("does not count what lies side by side", async () => {
    const fields = Array.from({ length: 900 }, (_, index) => `"f${index}": a.b.c`).join(",");
    expect(await code(`{${fields}}`, patient)).toBe("none");
    expect(await code(`{${fields}, "g": $map([1], function($x){ $x })}`, patient)).toBe("none");
    expect(await code("[1..2000].{'k': $string($)}{k: $map($, function($x){ $x })}", patient)).toBe("none");
  });

  test("data nested thousands deep is an error of its own", async () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) deep = [deep];
    const texts = ["$", "$[]", "$string($)", "$$.deep", '{"a": $}', "deep{'a': $}"];
    expect(await Promise.all(texts.map(async (text) => code(text, patient, { deep })))).toEqual(
      texts.map(() => "D1011"),
    );
  });
});

describe("D2015", () => {
  test.each(["[1..2000]", "($x := [1..40]; $x.$x)", "$append([1..600], [1..600])", "$$.**"])(
    "stops %s",
    async (text) => {
      const wide = { a: Array.from({ length: 2000 }, (_, index) => index) };
      expect(await code(text, { ...patient, sequence: 1000 }, wide)).toBe("D2015");
      expect(await code(text, { ...patient, sequence: 10_000 }, wide)).toBe("none");
    },
  );

  test("stops $split and $zip before they are large", async () => {
    expect(await code('$split($pad("", 2000000, "a"), "")', patient)).toBe("D2015");
    expect(await code("($a := [1..900000]; $zip($a, $a, $a))", patient)).toBe("D2015");
  });
});

describe("LIMIT_OUTPUT", () => {
  const grow = "$f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }";
  const share = '$g := function($x, $n){ $n = 0 ? $x : $g({"a": $x, "b": $x}, $n - 1) }';
  const deviceText = "$escaped := function($s, $n){ $n = 0 ? $s : $escaped($encodeUrlComponent($s & '%'), $n - 1) }";

  test.each([
    ["a large result", "($x := $pad('', 1000); [1..9000].($x))"],
    ["$pad", '$pad("x", 1000000000)'],
    ["$pad to the left", '$pad("x", -1000000000, "abc")'],
    ["$join", "$join([1..900].($pad('', 9000)))"],
    ["$join with a long separator", "$join([1..900].('x'), $pad('', 9000))"],
    ["$replace", '$replace($pad("", 1000000, "a"), "a", "bbbbbbbbbb")'],
    ["& in a recursion", `(${grow}; $f("a", 40))`],
    ["& in a recursion inside $eval", `$eval('(${grow}; $f("a", 40))')`],
    ["& again and again", `($a := "0123456789"; ${"$a := $a & $a;".repeat(30)} $a)`],
    ["& in $reduce", '$reduce([1..60], function($s, $n){ $s & $s }, "ab")'],
    ["escapes of escapes", `(${deviceText}; $escaped("%", 2000))`],
    ["a shared structure as result", `(${share}; $g(1, 60))`],
    ["a shared structure as text", `(${share}; $string($g(1, 60)))`],
    ["a shared structure joined", `(${share}; "x" & $g(1, 60))`],
    ["two shared structures compared", `(${share}; $g(1, 60) = $g(2, 60))`],
    ["two shared structures made distinct", `(${share}; $distinct([$g(1, 60), $g(2, 60)]))`],
    ["a shared structure cloned", `(${share}; $g(1, 60) ~> |$|{"x": 1}|)`],
    ["many texts below the limit", "$count([1..60].$uppercase($pad('', 2000000)))"],
    ["a picture with a huge width", '$fromMillis(0, "[Y,1000000000]")'],
  ])("stops %s", async (_name, text) => {
    expect(await code(text, patient)).toBe("LIMIT_OUTPUT");
  });

  test("is counted in bytes of JSON", async () => {
    expect(await code('"0123456789"', { outputBytes: 12 })).toBe("none");
    expect(await code('"0123456789"', { outputBytes: 11 })).toBe("LIMIT_OUTPUT");
    expect(await code("$", { outputBytes: 1000 }, { a: Array.from({ length: 500 }, () => 0) })).toBe("LIMIT_OUTPUT");
  });
});

describe("memory", () => {
  test.each([
    ["ranges kept", "$map([1..1000], function($i){ [1..900000] })"],
    ["appended arrays kept", "$map([1..1000], function($i){ ($x := [1..500000]; $append($x, $x)) })"],
    ["padded texts kept", "$map([1..1000], function($i){ $pad($string($i), 4000000) })"],
    ["a product of sequences", "[1..1000].[1..900000]"],
    [
      "a deep recursion that keeps arrays",
      "($f := function($n){ ($y := [1..900000]; $f($n + 1) + $count($y)) }; $f(0))",
    ],
    ["a tuple stream", "($x := [1..3000]; $x@$a.$x@$b.($a + $b))"],
  ])("stays bounded for %s", async (_name, text) => {
    const before = process.resourceUsage().maxRSS;
    // The clock would stop these long before memory does on a quick machine; only the memory counts here.
    expect(await code(text, { timeMs: 10_000, depth: 1e9 })).toMatch(/^(?:LIMIT_|D1012|D1011|D2015)/);
    const grownMb = (process.resourceUsage().maxRSS - before) / 1024;
    expect(grownMb).toBeLessThan(800);
  });
});
