// Whether the overview stays smooth while much flows, and small while it is left open.
import { missingBrowser, startBrowser } from "../packages/cli/dist/e2e/testing/browser.js";
import { until, wait } from "./lib/clock.mjs";
import { sixFields } from "./lib/mapping.mjs";
import { framesOf, openPage, sizeOf, tellFaster } from "./lib/page.mjs";
import { freePort, startEngine, startPart } from "./lib/processes.mjs";
import { makeProject, pipelineText } from "./lib/projects.mjs";
import { show, spread, verdict } from "./lib/stats.mjs";

const perSecond = 10_000;
const few = 100;
const warmUpMs = 15_000;
const watchedMs = 20_000;
/** How many seconds of events a page that is left open is told in one. */
const faster = 20;

/** An engine with so many pipelines, each of a device of its own, and its console. */
async function startProject(size) {
  const source = await startPart("source.mjs", { DEVICES: String(size) });
  const texts = source.devices.map((device, index) =>
    pipelineText({
      name: `fleet-${String(index).padStart(4, "0")}`,
      devices: [device],
      transform: sixFields(index),
      sinks: ["- drop: {}"],
    }),
  );
  const { folder, environment } = await makeProject(texts, { source });
  const port = await freePort();
  const engine = await startEngine(folder.path, { ...environment, SIGNALBOX_CONSOLE_PORT: String(port) });
  await until(async () => (await source.ask({ kind: "state" })).isSubscribed);
  let from = 0;
  return {
    url: `http://127.0.0.1:${port}`,
    /** Resolves when all is sent. */
    flow(ms) {
      const seconds = Math.ceil(ms / 1000);
      from += perSecond * seconds;
      return source.ask({ kind: "steady", from: from - perSecond * seconds, perSecond, seconds });
    },
    async received() {
      const { pipelines } = await engine.status();
      return pipelines.reduce((sum, { counts }) => sum + counts.received, 0);
    },
    async stop() {
      await Promise.all([engine.stop(), source.stop()]);
      folder.remove();
    },
  };
}

/** The overview at rest, then under the flood. */
async function watch(browser, size) {
  const project = await startProject(size);
  const { page, close } = await openPage(browser, project.url);
  await page.getByText(`Pipelines (${size})`).waitFor();
  await wait(warmUpMs / 3);
  const rest = await framesOf(page, watchedMs / 2);
  const flood = project.flow(warmUpMs + watchedMs + 10_000);
  await wait(warmUpMs);
  const [before, startedAt] = [await project.received(), performance.now()];
  const busy = await framesOf(page, watchedMs);
  const arrived = ((await project.received()) - before) / ((performance.now() - startedAt) / 1000);
  const { nodes } = await sizeOf(page);
  await flood;
  await close();
  await project.stop();
  return { rest, busy, nodes, arrived };
}

/** What a page holds after ten minutes of events, and after `minutes`. */
async function leaveOpen(browser, minutes) {
  const project = await startProject(few);
  const { page, close } = await openPage(browser, project.url, tellFaster(faster));
  await page.getByText(`Pipelines (${few})`).waitFor();
  const settleMs = (10 * 60_000) / faster;
  const wholeMs = (minutes * 60_000) / faster;
  const flood = project.flow(settleMs + wholeMs);
  await wait(settleMs);
  const first = await sizeOf(page);
  await wait(wholeMs);
  const last = await sizeOf(page);
  await close();
  await flood;
  await project.stop();
  return { first, last };
}

export async function consolePages({ rounds = 3, pipelines: many = 1_000, minutes = 60 } = {}) {
  const missing = missingBrowser();
  if (missing !== undefined) {
    console.log(`skipped: ${missing}`);
    return undefined;
  }
  const browser = await startBrowser();
  const results = { few: [], many: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.few.push(await watch(browser, few));
    results.many.push(await watch(browser, many));
  }
  const open = await leaveOpen(browser, minutes);
  await browser.close();
  return [reportFrames(results.many, many), reportNodes(results, many), reportOpen(open, minutes)].every(Boolean);
}

function reportFrames(all, many) {
  const of = (pick, digits = 0) => show(spread(all.map(pick)), digits);
  console.log(`frames a second: ${of(({ rest }) => rest.perSecond)} at rest, ${of(({ busy }) => busy.perSecond)} then`);
  console.log(`longest task of the page, ms: ${of(({ busy }) => busy.longestMs)}`);
  const ratio = spread(all.map(({ rest, busy }) => busy.perSecond / rest.perSecond));
  const flowed = spread(all.map(({ arrived }) => arrived / perSecond));
  return [
    // A machine that is too slow for the flood says nothing of the page.
    verdict(
      `share of ${perSecond} messages/s that was taken meanwhile`,
      show(flowed),
      "at least 0.95",
      flowed.median >= 0.95,
    ),
    verdict(
      `frames of the overview at the flood and ${many} pipelines, to those at rest`,
      show(ratio),
      "at least 0.9",
      ratio.median >= 0.9,
    ),
  ].every(Boolean);
}

function reportNodes({ few: small, many: large }, many) {
  const ratio = spread(large.map(({ nodes }, round) => nodes / small[round].nodes));
  const nodes = show(spread(large.map((each) => each.nodes)), 0);
  return verdict(
    `DOM nodes of the overview at ${many} pipelines against ${few}`,
    `${show(ratio)}, ${nodes} in all`,
    "at most 1.2",
    ratio.median <= 1.2,
  );
}

function reportOpen({ first, last }, minutes) {
  const [from, to] = [first, last].map(({ heapMb, nodes }) => `${heapMb.toFixed(1)} MB and ${nodes} nodes`);
  console.log(`left open: ${from} after ten minutes of events, ${to} after ${minutes} more`);
  const [heap, nodes] = [last.heapMb / first.heapMb, last.nodes / first.nodes];
  return verdict(
    `heap after collection of a page left open for ${minutes} minutes of events, to that before`,
    `${heap.toFixed(2)}, DOM nodes ${nodes.toFixed(2)}`,
    "at most 1.1 both",
    heap <= 1.1 && nodes <= 1.1,
  );
}
