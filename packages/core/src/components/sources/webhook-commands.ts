import type { SourceContext } from "../../component/definition.ts";
import type { HttpReply, HttpRequest } from "../../component/services.ts";
import type { Command } from "../../commands/contracts.ts";
import { SignalboxError } from "../../errors/error.ts";
import { AuthRefused, refusalOf } from "./webhook-answers.ts";
import { isAuthentic } from "./webhook-auth.ts";
import type { WebhookConfig } from "./webhook-config.ts";

type Own = Pick<SourceContext, "pipeline" | "services">;

const mostCommands = 100;

/**
 * Answers what became of the pipeline's commands, to whoever may call the webhook: `GET <path>/commands/<key>` for one,
 * `GET <path>/commands?message=<id>` for those that a message led to. Answers how to take both away again.
 */
export function serveCommands({ auth, path }: Pick<WebhookConfig, "auth" | "path">, context: Own): () => void {
  const { http } = context.services;
  const serve = (below: string, answer: (request: HttpRequest, context: Own) => Promise<unknown>): (() => void) =>
    http.add({
      method: "GET",
      path: `${path.replace(/\/$/, "")}/commands${below}`,
      maxBodyBytes: 0,
      handle: (request) => answered(request, auth, () => answer(request, context)),
    });
  const takeOneAway = serve("/:commandKey", one);
  const takeAllAway = serve("", ofMessage);
  return () => {
    takeOneAway();
    takeAllAway();
  };
}

async function answered(
  request: HttpRequest,
  auth: WebhookConfig["auth"],
  answer: () => Promise<unknown>,
): Promise<HttpReply> {
  try {
    if (!isAuthentic(auth, request)) throw new AuthRefused(auth?.bearer !== undefined);
    return { status: 200, body: await answer() };
  } catch (error) {
    return refusalOf(error);
  }
}

async function one({ params }: HttpRequest, { services, pipeline }: Own): Promise<unknown> {
  const key = params["commandKey"] ?? "";
  const command = await services.commands.get(key);
  // A caller of this webhook hears of this pipeline's commands alone.
  if (command?.pipeline === pipeline) return shown(command);
  throw new SignalboxError("COMMAND_KEY_UNKNOWN", `there is no command ${key} of this webhook`);
}

async function ofMessage({ query }: HttpRequest, { services, pipeline }: Own): Promise<unknown> {
  const { message } = query;
  if (message === undefined) {
    throw new SignalboxError("WEBHOOK_FIELD_INVALID", "say of which message: commands?message=ID");
  }
  const commands = await services.commands.list({ pipeline, message, oldestFirst: true, limit: mostCommands });
  return { commands: commands.map(shown) };
}

/** What a caller may see: not what is sent, which may hold more than the caller knows. */
function shown({ key, device, state, attempts, at, history }: Command): object {
  return { key, device, state, attempts, at, history };
}
