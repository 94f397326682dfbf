// Project folders as a user would write them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, temporaryFolder } from "./processes.mjs";

const subscribe = (devices) => `source:
  akenza:
    subscribe:
      - { asset: ${JSON.stringify(devices)} }
`;

/** A pipeline from devices to sinks; `sinks` and `more` are YAML. */
export function pipelineText({ name, devices, transform, sinks, more = "" }) {
  const steps = transform === undefined ? "" : `steps:\n  - transform: |\n${indent(transform, 6)}\n`;
  return `name: ${name}\n${more}${subscribe(devices)}${steps}sinks:\n${indent(sinks.join("\n"), 2)}\n`;
}

/**
 * A folder with a file per text, and the environment that points an engine on it to the source and the store's `server`.
 * `settings` is what signalbox.yaml says, else there is none.
 */
export async function makeProject(texts, { source, server, settings }) {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, "pipelines"));
  for (const [index, text] of texts.entries()) {
    writeFileSync(join(folder.path, "pipelines", `pipeline-${index}.yaml`), text);
  }
  if (settings !== undefined) writeFileSync(join(folder.path, "signalbox.yaml"), settings);
  const environment = {
    AKENZA_API_KEY: "0123456789abcdef.bench",
    AKENZA_BASE_URL: `http://127.0.0.1:${source.port}`,
    SIGNALBOX_CONSOLE_PORT: "0",
    SIGNALBOX_HTTP_PORT: String(await freePort()),
    ...(server === undefined ? {} : { [server.url.startsWith("redis:") ? "REDIS_URL" : "DATABASE_URL"]: server.url }),
  };
  return { folder, environment };
}

/** A project whose one pipeline forwards the source to the sink as it is. */
export function passThroughProject(source, sink, server) {
  const sinks = [`- websocket: { url: "ws://127.0.0.1:${sink.port}" }`];
  return makeProject([pipelineText({ name: "pass-through", devices: source.devices, sinks })], { source, server });
}

function indent(text, spaces) {
  return text.replace(/^/gm, " ".repeat(spaces));
}
