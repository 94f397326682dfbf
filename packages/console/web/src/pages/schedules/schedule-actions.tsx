import type { ScheduleInfo, TickRecord } from "@signalbox/core/control-types";
import type { JSX } from "preact";
import { post } from "../../data/api.ts";
import { by } from "../../data/session.ts";
import { Action } from "../../ui/action.tsx";
import { confirm } from "../../ui/dialog.tsx";
import { toast } from "../../ui/toasts.tsx";

interface ActionsProps {
  readonly schedule: Pick<ScheduleInfo, "pipeline" | "state">;
  readonly done: () => void;
  readonly isSmall?: boolean;
}

export function ScheduleActions({ schedule: { pipeline, state }, done, isSmall = false }: ActionsProps): JSX.Element {
  const base = `schedules/${encodeURIComponent(pipeline)}`;
  const resume = async (): Promise<void> => {
    await post(`${base}/resume`, by());
    toast({ level: "ok", title: `${pipeline} goes on`, detail: "What was skipped stays skipped." });
    done();
  };
  return (
    <span class="row row-end">
      <Action isSmall={isSmall} label={`Run now: ${pipeline}`} run={() => askRun(pipeline, base, done)}>
        Run now
      </Action>
      {state === "paused" ? (
        <Action isSmall={isSmall} kind="primary" label={`Resume: ${pipeline}`} run={resume}>
          Resume
        </Action>
      ) : (
        <Action isSmall={isSmall} label={`Pause: ${pipeline}`} run={() => askPause(pipeline, base, done)}>
          Pause
        </Action>
      )}
    </span>
  );
}

function askRun(pipeline: string, base: string, done: () => void): void {
  confirm({
    title: `Run ${pipeline} now?`,
    text: "A tick runs at once, beside those that are planned. Whatever it sends to devices is sent.",
    yes: "Run now",
    run: async () => {
      const tick = await post<TickRecord>(`${base}/run-now`, by());
      toast({ level: "ok", title: `${pipeline} runs`, detail: tick.id });
      done();
    },
  });
}

function askPause(pipeline: string, base: string, done: () => void): void {
  confirm({
    title: `Pause ${pipeline}?`,
    text: "No planned tick begins, on any engine, until somebody resumes it. What is due meanwhile is recorded as skipped.",
    yes: "Pause",
    input: { label: "Why", isRequired: true },
    run: async (why) => {
      await post(`${base}/pause`, { why, ...by() });
      toast({ level: "ok", title: `${pipeline} is paused` });
      done();
    },
  });
}
