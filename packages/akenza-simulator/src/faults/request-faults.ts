import { checkStatus } from "../checks.ts";
import type { Activity } from "../entry-log.ts";

/**
 * What happens to HTTP requests in place of their answer, or to the answer. Several parts combine: a `delayMs` with a
 * `status`, say. `before` means the request is not carried out; `after` means it is, and only the answer is lost.
 */
export interface RequestFault {
  /** Default: any. */
  readonly method?: string;
  /** Path of the requests; `*` stands for anything. Default "/v3/*", for upgrades "/v3/data-streams". */
  readonly path?: string;
  /** How many requests it meets; 0 is until cleared. Default 1. */
  readonly times?: number;
  /** Answer with this status, without carrying the request out. */
  readonly status?: number;
  readonly message?: string;
  /** Retry-After, in seconds; goes with `status`. */
  readonly retryAfter?: number;
  /** Wait before answering. */
  readonly delayMs?: number;
  /** Close the connection without an answer. */
  readonly cut?: "before" | "after";
  /** Never answer. */
  readonly hang?: "before" | "after";
}

interface Armed {
  readonly fault: RequestFault;
  readonly path: RegExp;
  /** Infinity is until cleared. */
  left: number;
}

/** Faults that wait for a request, taken in the order they were armed. */
export class RequestFaults {
  readonly #defaultPath: string;
  readonly #activity: Activity;
  #armed: Armed[] = [];

  constructor(defaultPath: string, activity: Activity) {
    this.#defaultPath = defaultPath;
    this.#activity = activity;
  }

  get armed(): readonly RequestFault[] {
    return this.#armed.map(({ fault, left }) => ({ ...fault, times: left === Infinity ? 0 : left }));
  }

  arm(fault: RequestFault): void {
    const { path = this.#defaultPath, times = 1 } = fault;
    this.#armed.push({ fault: complete(fault), path: patternOf(path), left: times === 0 ? Infinity : times });
  }

  /** The fault this request meets, if any. */
  take(method: string, path: string): RequestFault | undefined {
    const met = this.#armed.find(
      (armed) => armed.path.test(path) && (armed.fault.method ?? method).toUpperCase() === method,
    );
    if (!met) return undefined;
    met.left -= 1;
    if (met.left <= 0) this.#armed = this.#armed.filter((armed) => armed !== met);
    this.#activity.notify();
    return met.fault;
  }

  clear(): void {
    this.#armed = [];
  }
}

function patternOf(path: string): RegExp {
  const parts = path.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join(".*")}$`);
}

/** A fault that says nothing else answers 503. */
function complete(fault: RequestFault): RequestFault {
  if (fault.status !== undefined) checkStatus(fault.status);
  const saysWhat = [fault.status, fault.cut, fault.hang, fault.delayMs].some((part) => part !== undefined);
  return saysWhat ? fault : { ...fault, status: 503 };
}
