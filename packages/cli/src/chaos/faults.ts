import { seconds } from "../proving/text.ts";
import type { Mood } from "./moods.ts";

/** What can be switched on and off as a whole. */
export const faultClasses = ["sinks", "store", "stop", "kill", "socket", "rest", "clock", "reload"] as const;
export type FaultClass = (typeof faultClasses)[number];

/** One thing that goes wrong; times in milliseconds. */
export type Fault =
  /** A receiving system is in a mood for a while. */
  | { readonly class: "sinks"; readonly receiver: string; readonly mood: Mood; readonly forMs: number }
  /** `crash` is a kill -9 and a start after a while, `freeze` a server that is connected and does not answer. */
  | { readonly class: "store"; readonly how: "restart" | "crash" | "freeze"; readonly forMs: number }
  /** The engine is asked to stop (SIGTERM), or killed (SIGKILL), and started again after a while. */
  | { readonly class: "stop" | "kill"; readonly forMs: number }
  | { readonly class: "socket"; readonly how: SocketFault; readonly forMs: number }
  | { readonly class: "rest"; readonly how: RestFault; readonly times: number }
  /** The engine's wall clock is this far from the true time from now on. */
  | { readonly class: "clock"; readonly shiftMs: number }
  /** The pipelines' files get another text of the same meaning, and the engine is told. */
  | { readonly class: "reload" };

export const socketFaults = ["drop", "goodbye", "silence", "refuse", "ungreeted", "garbage"] as const;
export type SocketFault = (typeof socketFaults)[number];

export const restFaults = ["429", "500", "slow", "cut", "lost"] as const;
export type RestFault = (typeof restFaults)[number];

/** A fault in words, for the plan that a failure prints. */
export function describeFault(fault: Fault): string {
  switch (fault.class) {
    case "sinks":
      return `${fault.receiver} is ${fault.mood} for ${seconds(fault.forMs)}`;
    case "store":
      return `store ${fault.how}, ${seconds(fault.forMs)}`;
    case "stop":
      return `SIGTERM, started again after ${seconds(fault.forMs)}`;
    case "kill":
      return `SIGKILL, started again after ${seconds(fault.forMs)}`;
    case "socket":
      return `akenza's socket: ${fault.how}, ${seconds(fault.forMs)}`;
    case "rest":
      return `akenza's REST: ${fault.how}, ${fault.times} times`;
    case "clock":
      return `the engine's clock is off by ${seconds(fault.shiftMs)}`;
    case "reload":
      return "a pipeline file is rewritten, SIGHUP";
  }
}
