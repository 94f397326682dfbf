import { resolve } from "node:path";
import { type Logger, systemClock } from "@signalbox/core";
import type { OpenedProject } from "../session.ts";
import type { Io } from "../terminal/io.ts";
import type { Reloader } from "./reloader.ts";
import { watchProject } from "./watch-project.ts";

export interface ReloadTriggers {
  close(): Promise<void>;
}

export interface TriggerOptions extends Pick<OpenedProject, "project" | "sources"> {
  readonly isWatching: boolean;
  readonly log: Logger;
}

/** Reloads on SIGHUP, and when files change. Resolves when both are looked out for. */
export async function listenForReloads(
  io: Io,
  reloader: Reloader,
  { project, sources, isWatching, log }: TriggerOptions,
): Promise<ReloadTriggers> {
  // On a terminal SIGHUP says that it is gone, and nobody would ever end what stayed.
  const ignore = io.stdout.isTTY === true ? () => undefined : io.onHangUp(() => reloader.trigger("SIGHUP"));
  const { projectDir } = project.settings;
  const watch = isWatching
    ? await watchProject({
        async sources() {
          const { files, folders } = await sources();
          const named = reloader.project.textFiles.map((file) => resolve(projectDir, file));
          return { files: [...new Set([...files, ...named])], folders };
        },
        onChange: () => reloader.trigger("files changed"),
        clock: systemClock,
        log,
      })
    : undefined;
  return {
    async close() {
      ignore();
      await watch?.close();
    },
  };
}
