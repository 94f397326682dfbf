// The JavaScript that an expression becomes: node packages/jsonata/bench/generated.mjs 'data.co2 > 1000'
// Build first (tsc -b).
import { generated } from "../dist/generated.js";

process.stdout.write(`${generated(process.argv[2] ?? "data.co2 > 1000")}\n`);
