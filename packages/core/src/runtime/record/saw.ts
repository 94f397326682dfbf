import { pathsOf } from "@signalbox/jsonata";
import { bindExpression, boundVariables } from "../../component/bind.ts";
import type { Expression } from "../../component/expression.ts";
import type { Message } from "../../message.ts";
import type { SeenValue } from "./stage.ts";

/** The values that a condition saw in a message: the paths it reads, and what was there. */
export async function valuesSeen(condition: Expression, message: Message): Promise<readonly SeenValue[]> {
  const seen: SeenValue[] = [];
  for (const path of pathsOf(condition.text, boundVariables)) seen.push(await seenAt(path, condition, message));
  return seen;
}

async function seenAt(path: string, { vars }: Expression, message: Message): Promise<SeenValue> {
  try {
    const value: unknown = await bindExpression(path, { vars }).evaluate(message);
    return value === undefined ? { path } : { path, value };
  } catch {
    return { path }; // it is the condition that fails then, and says why
  }
}

/** The expressions in what a component is configured with: a filter's condition, a deadband's value. */
export function expressionsIn(config: unknown): readonly Expression[] {
  if (isExpression(config)) return [config];
  if (typeof config !== "object" || config === null) return [];
  return Object.values(config).filter((value) => isExpression(value));
}

function isExpression(value: unknown): value is Expression {
  return typeof value === "object" && value !== null && "evaluate" in value && "text" in value && "at" in value;
}
