import type { Plan } from "./contracts.ts";

/** A time, and the planned one that follows on it and on all between the two. */
interface Step {
  readonly after: number;
  readonly next: number;
}

/**
 * A plan that remembers its last two answers: around a tick it is asked for the time just passed and the one after it,
 * again and again, and a cron text takes far longer to follow than a look at them.
 */
export function remembered(plan: Plan): Plan {
  let latest: Step | undefined;
  let former: Step | undefined;
  const isWithin = (step: Step | undefined, after: number): step is Step =>
    step !== undefined && after >= step.after && after < step.next;
  return {
    description: plan.description,
    next(after) {
      if (isWithin(latest, after)) return latest.next;
      if (isWithin(former, after)) return former.next;
      const next = plan.next(after);
      if (next === undefined) return undefined;
      former = latest;
      latest = { after, next };
      return next;
    },
  };
}
