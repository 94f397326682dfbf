import {
  type CommandSender,
  type NewCommand,
  type SendResult,
  SignalboxError,
  toSignalboxError,
} from "@signalbox/core";
import type { RestClient } from "./client.ts";
import { whyRefused } from "./connectivity.ts";
import { type DownlinkBody, postDownlink } from "./downlink.ts";
import { lookUpDevice } from "./inventory.ts";

/** Takes commands out to their devices over REST; their payload is the body akenza wants. */
export class DownlinkSender implements CommandSender {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  /** Waits for what has to be known of the device, and then for the rate limit: a command that waits is not sent yet. */
  async ready(command: NewCommand, signal: AbortSignal): Promise<void> {
    if (this.#rest.connectivities.isDue(command.device)) await this.#ask(command.device, signal);
    if (this.#refusal(command) === undefined) await this.#rest.turn("command", signal);
  }

  /** Follows `ready`, which waited for the rate limit. */
  async send(command: NewCommand, signal: AbortSignal): Promise<SendResult> {
    const refusal = this.#refusal(command);
    if (refusal !== undefined) return { status: "rejected", cause: refusal };
    try {
      return await postDownlink(this.#rest, { device: command.device, body: command.payload }, signal);
    } catch (error) {
      // Nothing left: there is no key, which a person can mend.
      const cause = toSignalboxError(error, "AKENZA_UNREACHABLE", { isRetryable: true });
      return { status: "retryable", cause };
    }
  }

  #refusal({ device, payload }: NewCommand): SignalboxError | undefined {
    // A command sent by hand may hold anything: akenza judges what is not known here.
    const body = (typeof payload === "object" && payload !== null ? payload : {}) as Partial<DownlinkBody>;
    return whyRefused(device, this.#rest.connectivities.of(device), body);
  }

  /** Where akenza cannot say, the command is tried all the same, and its answer counts. */
  async #ask(device: string, signal: AbortSignal): Promise<void> {
    const { connectivities } = this.#rest;
    try {
      await lookUpDevice(this.#rest, device, signal);
    } catch (error) {
      signal.throwIfAborted();
      // A device akenza does not know is one device; whatever else went wrong will go wrong for the next one too.
      const isThisOne = error instanceof SignalboxError && error.code === "AKENZA_REQUEST_REJECTED";
      if (isThisOne) connectivities.noteUnknown(device);
      else connectivities.noteSilence();
    }
  }
}
