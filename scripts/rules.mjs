// Which tests prove which rule of docs/delivery.md: written to docs/delivery-tests.md from the titles of the tests, which
// begin with the rules' numbers ("D4 ..."). With --check nothing is written, and a page that is out of date is an error.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const page = "docs/delivery-tests.md";

/** Number and name of each rule, as the headings of docs/delivery.md say them. */
function readRules() {
  const text = readFileSync(`${root}docs/delivery.md`, "utf8");
  return [...text.matchAll(/^## (\d+)\. (.+)$/gm)].map(([, number, name]) => ({ number, name }));
}

function testFiles() {
  return readdirSync(`${root}packages`, { recursive: true, encoding: "utf8" })
    .filter((path) => /^[^/]+\/src\/.+\.ts$/.test(path) && /\.test\.ts$|\/testing\//.test(path))
    .map((path) => `packages/${path}`)
    .sort();
}

/** Titles of the tests of a file that name rules; a filled-in part of one is shown as "...". */
function titlesIn(path) {
  const text = readFileSync(root + path, "utf8");
  return [...text.matchAll(/(["`])((?:D\d+ )+)((?:(?!\1)[^\n])+)\1/g)].map(([, , rules, title]) => ({
    rules: rules.trim().split(" "),
    title: title.replaceAll(/\$\{[^}]*\}/g, "..."),
  }));
}

const tests = testFiles().flatMap((path) => titlesIn(path).map((test) => ({ path, ...test })));
const unproved = [];
const parts = readRules().map(({ number, name }) => {
  const own = tests.filter(({ rules }) => rules.includes(`D${number}`));
  if (own.length === 0) unproved.push(number);
  const files = [...new Set(own.map(({ path }) => path))].map((path) => {
    const titles = own.filter((test) => test.path === path).map(({ title }) => `- ${title}`);
    return [`\`${path}\``, "", ...titles].join("\n");
  });
  const body = files.length > 0 ? files.join("\n\n") : "No test bears its number.";
  return `## ${number}. ${name}\n\n${body}`;
});

const head = `# The tests of the rules

Written by \`node scripts/rules.mjs\` from the titles of the tests; do not edit. The rules are in [delivery.md](delivery.md).
\`pnpm test -t "D4 "\` runs the tests of rule 4. The suites in \`packages/core/src/testing\` run on every store: memory, Redis,
PostgreSQL and embedded (\`packages/jobs/src/*/*-delivery.test.ts\`, \`schedules.test.ts\`, \`commands.test.ts\`).`;
const text = `${[head, ...parts].join("\n\n")}\n`;

if (!process.argv.includes("--check")) writeFileSync(root + page, text);
else if (readFileSync(root + page, "utf8") !== text) {
  console.error(`${page} is out of date: run \`node scripts/rules.mjs\``);
  process.exitCode = 1;
}
console.log(
  `${tests.length} tests of ${parts.length - unproved.length} rules; without a test: ${unproved.join(", ") || "none"}`,
);
