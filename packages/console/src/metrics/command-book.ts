import { type Command, type Commands, commandStates } from "@signalbox/core";
import { Tally } from "./tally.ts";

type Entered = Pick<Command, "pipeline" | "state">;

/** Counts the states that commands enter on this engine. */
export class CommandBook {
  readonly #entered = new Tally<Entered>((pipeline) => commandStates.map((state) => ({ pipeline, state })));
  readonly #stop: () => void;

  constructor(commands: Pick<Commands, "onChange">) {
    this.#stop = commands.onChange(({ pipeline, state }) => this.#entered.add(pipeline, { pipeline, state }));
  }

  entered(): ReturnType<Tally<Entered>["all"]> {
    return this.#entered.all();
  }

  close(): void {
    this.#stop();
  }
}
