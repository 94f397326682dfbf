import {
  type DeadLetterClient,
  formatLocation,
  type Preview,
  type PreviewResult,
  type RedriveRequest,
  SignalboxError,
} from "@signalbox/core";
import { type Io, writeLine } from "../../terminal/io.ts";
import { errorJson } from "../../terminal/print-error.ts";
import { printable } from "../../terminal/text.ts";
import { type Choice, chosen } from "./choose.ts";

export interface PreviewOptions {
  readonly client: DeadLetterClient;
  readonly choice: Choice;
  readonly to: RedriveRequest["to"];
  readonly isJson: boolean;
}

/** Says what a redrive of the chosen letters would do; answers 1 when some could not be sent or would die again. */
export async function preview(io: Io, { client, choice, to, isJson }: PreviewOptions): Promise<number> {
  let isGood = true;
  for await (const ids of chosen(client, choice, 100)) {
    for (const letter of ids) {
      const found = await client.preview(letter, to).catch(asRefusal);
      isGood &&= !(found instanceof SignalboxError) && found.results.every(({ status }) => status !== "dead");
      if (isJson) writeLine(io.stdout, JSON.stringify({ letter, ...jsonOf(found) }));
      else writeLine(io.stdout, [letter, ...linesOf(found)].map(printable).join("\n"));
    }
  }
  return isGood ? 0 : 1;
}

/** What concerns this letter alone; anything else ends the preview. */
function asRefusal(error: unknown): SignalboxError {
  if (error instanceof SignalboxError && error.code.startsWith("DEAD_LETTER_")) return error;
  throw error;
}

function jsonOf(found: Preview | SignalboxError): object {
  return found instanceof SignalboxError ? errorJson(found) : found;
}

function linesOf(found: Preview | SignalboxError): readonly string[] {
  if (found instanceof SignalboxError) return [`  cannot be sent: ${found.code}  ${found.message}`];
  return [...found.results.map(lineOf), ...found.notes.map((note) => `  note: ${note}`)];
}

function lineOf(result: PreviewResult): string {
  const { message, sink } = result;
  const to = sink === undefined ? "" : ` to ${sink}`;
  switch (result.status) {
    case "written":
      return `  ${message}${to}: ${JSON.stringify(result.body)}`;
    case "discarded":
      return `  ${message} would be discarded: ${result.reason}`;
    case "dead": {
      const place = result.at === undefined ? "" : `${formatLocation(result.at)}  `;
      return `  ${message}${to} would die again: ${place}${result.code}  ${result.cause}`;
    }
  }
}
