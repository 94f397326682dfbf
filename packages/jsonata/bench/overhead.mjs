// What limits, plain results and real errors cost over the bare reference: node packages/jsonata/bench/overhead.mjs
// Build first (tsc -b). Time of the processor, so that a busy machine disturbs less; interleaved rounds, medians; half the
// middle half of the reference's own rounds is the noise.
import jsonata from "jsonata";
import { compile } from "../dist/index.js";

const sample = {
  deviceId: "A81758FFFE04D2B1",
  topic: "site/7/dev/A81758FFFE04D2B1/up",
  timestamp: "2024-11-22T06:40:00.123Z",
  data: { temperature: 21.6, humidity: 43.2, pressure: 101325, co2: 812, battery: 3.61, motion: true },
  registers: Array.from({ length: 8 }, (_, index) => ({ n: `r${index}`, v: 2300 + index })),
};

const expressions = {
  path: "data.co2",
  compare: "data.co2 > 1000",
  convert: "data.temperature * 1.8 + 32",
  condition: 'data.co2 > 1000 and data.motion ? "alarm" : data.co2 > 800 ? "warn" : "ok"',
  object:
    '{"device": deviceId, "at": timestamp, "co2": data.co2, "temperatureF": data.temperature * 1.8 + 32, "dry": data.humidity < 30}',
  strings: '$uppercase(deviceId) & ";" & $string(data.temperature) & ";" & $substringAfter(topic, "site/")',
  variable: '($t := data.temperature; {"c": $t, "f": $t * 1.8 + 32})',
  lambda: "$map($filter(registers, function($r) { $r.v > 2302 }), function($r) { $r.v / 10 })",
  regex: "$match(topic, /dev\\/([0-9A-F]+)/).groups[0]",
};

const rounds = 25;
const print = (line) => process.stdout.write(`${line}\n`);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

async function microseconds(evaluate) {
  const evaluations = 4096;
  const start = process.cpuUsage();
  for (let index = 0; index < evaluations; index++) await evaluate(sample);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / evaluations;
}

const ratios = [];
for (const [name, text] of Object.entries(expressions)) {
  const reference = jsonata(text);
  const ours = compile(text);
  const times = { reference: [], ours: [] };
  for (let round = -1; round < rounds; round++) {
    const bare = await microseconds((input) => reference.evaluate(input));
    const limited = await microseconds((input) => ours.evaluate(input));
    if (round < 0) continue;
    times.reference.push(bare);
    times.ours.push(limited);
  }
  const bare = median(times.reference);
  const limited = median(times.ours);
  const sorted = times.reference.toSorted((a, b) => a - b);
  const spread = (sorted[Math.floor(rounds * 0.75)] - sorted[Math.floor(rounds * 0.25)]) / bare / 2;
  ratios.push(limited / bare);
  print(
    `${name.padEnd(10)} reference ${bare.toFixed(2)} us  with limits ${limited.toFixed(2)} us  ` +
      `${((limited / bare - 1) * 100).toFixed(1).padStart(6)} %  (noise ${(spread * 100).toFixed(0)} %)`,
  );
}
const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length);
print(`geometric mean ${((mean - 1) * 100).toFixed(1)} %`);
