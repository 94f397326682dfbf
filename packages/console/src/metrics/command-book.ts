import type { Command, Commands } from "@signalbox/core";
import { Tally } from "./tally.ts";

/** Counts the states that commands enter on this engine. */
export class CommandBook {
  readonly #entered = new Tally<Pick<Command, "pipeline" | "state">>();
  readonly #stop: () => void;

  constructor(commands: Pick<Commands, "onChange">) {
    this.#stop = commands.onChange(({ pipeline, state }) => this.#entered.add({ pipeline, state }));
  }

  entered(): ReturnType<Tally<Pick<Command, "pipeline" | "state">>["all"]> {
    return this.#entered.all();
  }

  close(): void {
    this.#stop();
  }
}
