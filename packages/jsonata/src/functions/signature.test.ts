import { expect, test } from "vitest";
import { builtins, parse } from "../reference/reference.ts";
import { parseSignature } from "./signature.ts";
import { showError, show } from "./testing/outcome.ts";
import { pick, randomData, seeded } from "./testing/random-arguments.ts";

const outcome = (run: () => unknown): string => {
  try {
    return show(run());
  } catch (thrown) {
    return showError(thrown);
  }
};

/** The reference's own check of a signature. */
function theirs(text: string): (args: unknown[], context: unknown) => unknown {
  const found: { validate?: (args: unknown[], context: unknown) => unknown } = {};
  const expression = parse("1");
  const entry = Symbol.for("jsonata.__evaluate_entry");
  expression.registerFunction("f", () => undefined, text);
  expression.assign(
    entry,
    (_: unknown, __: unknown, frame: { lookup: (name: string) => { signature: typeof found } }) => {
      found.validate = (args, context) => frame.lookup("f").signature.validate?.(args, context);
    },
  );
  expression.evaluate(undefined).catch(() => undefined);
  return found.validate as (args: unknown[], context: unknown) => unknown;
}

const odd = [
  "<>",
  "",
  "s",
  "<-s>",
  "<s+n>",
  "<n?s>",
  "<a<n>+>",
  "<(nsb)-a?>",
  "<f<s:n>x->",
  "<s?n?s?>",
  "<j-o?>",
  "<l>",
  "<a<nb>>",
  "<y-s>",
];
const broken = ["<s<n>>", "<(a<n>s)>", "<(s>", "<n<s>>", "<?>", "<a<n>", "<x<s", "<([)>"];

test("checks arguments as the reference does, for all signatures of built-in functions and odd ones", () => {
  const random = seeded(3);
  const signatures = [...builtins.values()].flatMap(({ signature }) => signature?.definition ?? []);
  for (const text of [...signatures, ...odd]) {
    const [ours, reference] = [parseSignature(text), theirs(text)];
    for (let round = 0; round < 300; round++) {
      const args = Array.from({ length: Math.floor(random() * 5) }, () =>
        random() < 0.1 ? () => undefined : randomData(random, 2),
      );
      const context = pick(random, ["text", 1, null, undefined, [], {}, true]);
      const call = `${text} ${show(args)} of ${show(context)}`;
      expect(
        outcome(() => ours(args, context)),
        call,
      ).toBe(outcome(() => reference(args, context)));
    }
  }
});

test("refuses the signatures that the reference refuses", () => {
  for (const text of broken) {
    expect(
      outcome(() => typeof parseSignature(text)),
      text,
    ).toBe(outcome(() => typeof theirs(text)));
  }
});

test("takes data for data, whatever it imitates", () => {
  const imitation = { _jsonata_lambda: true };
  expect(parseSignature("<o:x>")([imitation], undefined)).toEqual([imitation]);
  expect(() => parseSignature("<f:x>")([imitation], undefined)).toThrow(
    expect.objectContaining({ code: "T0410", index: 1 }),
  );
});
