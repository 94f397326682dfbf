import type { DeadLetterClient, RedriveRequest, RedriveResult } from "@signalbox/core";
import { Command } from "commander";
import type { GlobalOptions, Session } from "../../session.ts";
import { type Io, writeLine } from "../../terminal/io.ts";
import { printable } from "../../terminal/text.ts";
import { positiveNumber } from "../status.ts";
import { noEngine, trouble, type Verb } from "../verb.ts";
import { checkChoice, checkIsOne, type Choice, chosen, type Filters, withFilters } from "./choose.ts";
import { caller, openClient } from "./client.ts";
import { preview } from "./preview.ts";

interface Options extends GlobalOptions, Filters {
  readonly all?: boolean;
  readonly toSink?: boolean;
  readonly preview?: boolean;
  readonly yes?: boolean;
  readonly rate: number;
  readonly json?: boolean;
}

export function redriveVerb(session: Session): Verb {
  const command = withFilters(new Command("redrive"))
    .summary("send the messages of dead letters again")
    .description(
      "Sends messages of dead letters again, the oldest first: through the steps of their pipeline as it is now, to every " +
        "sink that is due, or straight to the sink that refused them. A letter goes once its message is delivered, discarded " +
        "or parked; a message that dies again leaves its letter with the newer cause.",
    )
    .argument("[ids...]", "ids of letters; or use filters")
    .option("--all", "every dead letter there is")
    .option("--to-sink", "straight to the letter's sink, past steps, `when` and transform")
    .option("--preview", "say what would happen to each, and do nothing")
    .option("--yes", "do it, also when it is more than one")
    .option("--rate <count>", "letters a second, 1 to 1000", positiveNumber, 50)
    .option("--json", "print what became of each letter as a line of JSON")
    .action(async (ids: string[], _own: Options, called: Command) => {
      session.finish(await redrive(session, ids, called.optsWithGlobals<Options>()));
    });
  return {
    command,
    examples: [
      { line: "signalbox dead-letters redrive 4f0c1e2d3b5a69788796", says: "through the pipeline" },
      { line: "signalbox dead-letters redrive --sink bms --since 1d --preview", says: "what would become of them" },
      { line: "signalbox dead-letters redrive --sink bms --since 1d --to-sink --yes", says: "to that sink alone" },
    ],
    exitCodes: [
      { code: 0, when: "all are delivered, discarded, parked or under way" },
      { code: 1, when: "some died again or could not be sent" },
      noEngine,
      trouble,
    ],
  };
}

async function redrive(session: Session, ids: readonly string[], options: Options): Promise<number> {
  const choice: Choice = { ...options, ids };
  checkChoice(choice);
  const client = await openClient(session, options);
  const to = options.toSink === true ? "sink" : "pipeline";
  if (options.preview === true) return preview(session.io, { client, choice, to, isJson: options.json === true });
  if (options.yes !== true) await checkIsOne(client, choice);
  return send(session.io, client, { choice, to, options });
}

interface Order {
  readonly choice: Choice;
  readonly to: RedriveRequest["to"];
  readonly options: Options;
}

async function send(io: Io, client: DeadLetterClient, { choice, to, options }: Order): Promise<number> {
  const { rate, json = false } = options;
  const request = { to, by: caller() };
  const counts = new Map<RedriveResult["outcome"], number>();
  // A second's worth at a time, so that an answer is never long in coming.
  for await (const ids of chosen(client, choice, Math.min(100, Math.ceil(rate)))) {
    for (const result of await client.redrive(ids, request, rate)) {
      counts.set(result.outcome, (counts.get(result.outcome) ?? 0) + 1);
      if (json) writeLine(io.stdout, JSON.stringify(result));
      else sayTrouble(io, result);
    }
  }
  if (!json) writeLine(io.stdout, summary(counts));
  return counts.has("died") || counts.has("refused") ? 1 : 0;
}

function sayTrouble({ stderr }: Io, { letter, outcome, problem }: RedriveResult): void {
  if (outcome === "died") writeLine(stderr, `${letter}  died again`);
  if (problem === undefined) return;
  const hint = problem.hint === undefined ? "" : `  (${problem.hint})`;
  writeLine(stderr, printable(`${letter}  ${problem.code}  ${problem.message}${hint}`));
}

const words: Readonly<Record<RedriveResult["outcome"], string>> = {
  delivered: "delivered",
  discarded: "discarded",
  parked: "parked",
  underWay: "still under way",
  died: "died again",
  refused: "not sent",
};

function summary(counts: ReadonlyMap<RedriveResult["outcome"], number>): string {
  const said = [...counts].map(([outcome, count]) => `${count} ${words[outcome]}`);
  return said.length === 0 ? "No dead letters match." : `${said.join(", ")}.`;
}
