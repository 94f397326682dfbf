import { onTestFinished } from "vitest";
import type { Simulator } from "../contract.ts";
import type { SimulatorOptions } from "../options.ts";
import { createSimulator } from "../simulator.ts";

/** A simulator that ends with the test. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await createSimulator(options);
  onTestFinished(() => simulator.close());
  return simulator;
}

export interface RestAnswer {
  readonly status: number;
  readonly headers: Headers;
  // The shape of an answer is what the tests are about.
  readonly body: ReturnType<typeof JSON.parse>;
}

/** Calls the simulator over HTTP, with its key unless other headers are given. */
export async function call(
  simulator: Simulator,
  request: string,
  options: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
): Promise<RestAnswer> {
  const [method = "GET", path = "/"] = request.split(" ");
  const { headers = { "x-api-key": simulator.apiKey }, body } = options;
  const response = await fetch(simulator.url + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}
