import { z } from "zod";
import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { defineSink } from "../../component/definition.ts";
import { template } from "../../component/fields.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { createFilePath } from "./file-path.ts";
import { FileWriter } from "./file-writer.ts";

interface Group {
  readonly path: string;
  readonly indexes: number[];
  readonly lines: string[];
}

export const fileSink = defineSink({
  name: "file",
  summary: "Appends messages to files, one JSON line each (NDJSON).",
  description: `
The path may have \`{{ }}\` holes, so that devices, topics or days get files of their own; folders are made as needed. What a
hole gives cannot lead out of the folder that the literal beginning of the path names, and may hold no \`..\`: such a message
is rejected with FILE_PATH_OUTSIDE. Symbolic links in that folder are followed.

A batch is one write per file. It is delivered once the operating system has it: that survives a killed process, not a power
cut; \`fsync: true\` waits for the disk. A line that a crash or a full disk has torn is closed with a line break before the
next one, so lines after it stay whole. A full disk, a read-only file system and missing rights are retried; a path that is a
folder or too long is rejected. A file that was moved or removed (logrotate) is made anew within a second.
`,
  schema: z.strictObject({
    path: template()
      .refine(({ isConstant, literalStart }) => !isConstant || !/(^|\/)$/.test(literalStart), "is a folder, not a file")
      .describe("The file; relative paths start at the project folder."),
    fsync: z
      .boolean()
      .default(false)
      .describe("Whether a batch is delivered only once it is on the disk; much slower."),
  }),
  examples: [
    { title: "One file", yaml: "file: { path: data/samples.ndjson }" },
    {
      title: "A file per device and day",
      yaml: `file: { path: "data/{{ deviceId }}/{{ $substring($meta.time, 0, 10) }}.ndjson" }`,
    },
    {
      title: "On the disk before it counts",
      yaml: "file: { path: data/meters.ndjson, fsync: true }\nbatch: { count: 500, linger: 1s }",
    },
  ],
  defaults: { batchCount: 500, concurrency: 1, timeoutMs: 30_000 },
  create(config, context) {
    const pathOf = createFilePath(config.path, context.projectDir);
    const writer = new FileWriter({ clock: context.clock, isSynced: config.fsync });
    return { write, close: () => writer.close() };

    async function write(batch: readonly Message[], signal: AbortSignal): Promise<readonly WriteResult[]> {
      const results: WriteResult[] = [];
      const groups = new Map<string, Group>();
      for (const [index, message] of batch.entries()) {
        try {
          const path = await pathOf(message);
          const group = groups.get(path) ?? { path, indexes: [], lines: [] };
          groups.set(path, group);
          group.indexes.push(index);
          group.lines.push(lineOf(message));
        } catch (error) {
          results[index] = failed(toSignalboxError(error, "SINK_WRITE_FAILED"));
        }
      }
      for (const group of groups.values()) {
        const result = await writeGroup(group, signal);
        for (const index of group.indexes) results[index] = result;
      }
      return results;
    }

    async function writeGroup(group: Group, signal: AbortSignal): Promise<WriteResult> {
      if (signal.aborted) {
        return failed(new SignalboxError("SINK_TIMEOUT", "the write was ended before its turn", { isRetryable: true }));
      }
      try {
        await writer.append(group.path, group.lines.join(""));
        return delivered;
      } catch (error) {
        return failed(toSignalboxError(error, "FILE_WRITE_FAILED"));
      }
    }
  },
});

function lineOf(message: Message): string {
  return `${JSON.stringify(message.body ?? null)}\n`;
}
