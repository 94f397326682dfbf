import { SignalboxError } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../session.ts";
import { colorsFor, writeJson, writeLine } from "../terminal/io.ts";
import { openInsight } from "./insight/client.ts";
import { notLookedAtLines, reachLines, whyLines } from "./insight/why-lines.ts";
import { noEngine, trouble, type Verb } from "./verb.ts";

interface Options extends GlobalOptions {
  readonly json?: boolean;
  readonly pipeline?: string;
  readonly device?: string;
}

/** Passages told of one message, or of a device. */
const most = { id: 20, device: 5 };

export function whyVerb(session: Session): Verb {
  const command = new Command("why")
    .summary("tell what became of a message")
    .description(
      "Tells what each step and sink of each pipeline made of one of the latest messages: the values its conditions saw, " +
        "and the place in the file that decided. Also of one that no pipeline wanted. The engine remembers the latest " +
        "messages of each pipeline in memory, and its latest failures apart from them.",
    )
    .argument("[message]", "the message's id")
    .option("--device <id>", "the latest messages of a device instead")
    .option("--pipeline <name>", "what one pipeline made of it")
    .option("--json", "print the answer as JSON")
    .action(async (id: string | undefined, _own: Options, called: Command) => {
      session.finish(await why(session, id, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox why --device 0a1b2c3d4e5f6071", says: "the latest messages of a device, everywhere" },
      { line: "signalbox why order-4711 --pipeline orders", says: "one message in one pipeline" },
    ],
    exitCodes: [
      { code: 0, when: "something is known of it" },
      { code: 1, when: "nothing is known of it, or not any more" },
      trouble,
      noEngine,
    ],
  };
}

async function why(session: Session, id: string | undefined, options: Options): Promise<number> {
  const { io } = session;
  const { device, pipeline, json } = options;
  if ((id === undefined) === (device === undefined)) {
    throw new SignalboxError("CLI_SELECTION_INVALID", "one message or one device is to be named", {
      hint: "give the message's id, or --device",
    });
  }
  const limit = id === undefined ? most.device : most.id;
  const answer = await (await openInsight(session, options)).why({ id, device, pipeline, limit });
  const isKnown = answer.passages.length + answer.strays.length + answer.stored.length > 0;
  const pen = { width: io.stdout.columns ?? 160, colors: colorsFor(io.stdout, io.env) };
  if (json === true) writeJson(io.stdout, answer);
  else if (isKnown) writeLine(io.stdout, whyLines(answer, pen).join("\n"));
  else writeLine(io.stderr, reachLines(answer).join("\n"));
  if (json !== true) for (const line of notLookedAtLines(answer)) writeLine(io.stderr, line);
  return isKnown ? 0 : 1;
}
