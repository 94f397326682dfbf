import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { messageOf, parseDuration, SignalboxError } from "@signalbox/core";
import { Command, InvalidArgumentError } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { type Io, writeJson, writeLine } from "../../terminal/io.ts";
import { caller } from "../dead-letters/client.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { openClient } from "./client.ts";

interface Options extends GlobalOptions {
  readonly connection: string;
  readonly payload?: string;
  readonly body?: string;
  readonly ttl?: number;
  readonly json?: boolean;
}

export function sendVerb(session: Session): Verb {
  const command = new Command("send")
    .summary("send a command by hand")
    .description(
      "Sends one command to a device, through the ledger and the rate limit of its connection. It is recorded under the " +
        "pipeline (by hand), with the name of the user. The payload is what the connection's sender takes; for akenza, the " +
        "body of a downlink.",
    )
    .argument("<device>", "the device's id")
    .option("--connection <name>", "the connection that takes it out", "akenza")
    .option("--payload <json>", "what to send, as JSON")
    .option("--body <file>", "a file with what to send; - for standard input")
    .option("--ttl <time>", "how long it is worth sending, such as 5m; by default for ever", ttl)
    .option("--json", "print the recorded command as JSON")
    .action(async (device: string, _own: Options, called: Command) => {
      session.finish(await send(session, device, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      {
        line: `signalbox commands send 0242ac1300020001 --ttl 5m --payload '{"raw":true,"loraDownlink":{"port":3,"confirmed":false,"payloadHex":"0e14"}}'`,
        says: "two bytes on port 3, if they can leave within five minutes",
      },
      {
        line: "signalbox commands send 0242ac1300020001 --connection akenza --body open.json --json | jq -r .key",
        says: "the key to ask for its state",
      },
    ],
    exitCodes: [{ code: 0, when: "the command is recorded and waits for its turn" }, noEngine, trouble],
  };
}

async function send(session: Session, device: string, options: Options): Promise<number> {
  const { io } = session;
  const payload = await payloadOf(io, options);
  const client = await openClient(session, options);
  const expires = options.ttl === undefined ? {} : { expiresAt: Date.now() + options.ttl };
  const command = await client.send({ connection: options.connection, device, payload, by: caller(), ...expires });
  if (options.json === true) writeJson(io.stdout, command);
  else writeLine(io.stdout, `Command ${command.key} is ${command.state}. See: signalbox commands show ${command.key}`);
  return 0;
}

async function payloadOf(io: Io, { payload, body }: Options): Promise<unknown> {
  if ((payload === undefined) === (body === undefined)) {
    throw new SignalboxError("CLI_BODY_INVALID", "it is not plain what to send", { hint: "give --payload or --body" });
  }
  const json = payload ?? (await given(io, body ?? "-"));
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new SignalboxError("CLI_BODY_INVALID", `the payload is not JSON: ${messageOf(error)}`);
  }
}

async function given(io: Io, path: string): Promise<string> {
  try {
    return path === "-" ? await text(io.stdin) : await readFile(resolve(io.cwd, path), "utf8");
  } catch (error) {
    throw new SignalboxError("CLI_BODY_INVALID", `the payload cannot be read: ${messageOf(error)}`);
  }
}

function ttl(text: string): number {
  const ttlMs = parseDuration(text);
  if (ttlMs !== undefined && ttlMs > 0) return ttlMs;
  throw new InvalidArgumentError("It looks like 30s, 5m or 1h.");
}
