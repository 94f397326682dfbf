import { z } from "zod";
import { delivered, failed, type WriteResult } from "../../component/contracts.ts";
import { defineSink } from "../../component/definition.ts";
import { duration, size, template } from "../../component/fields.ts";
import { SignalboxError, toSignalboxError } from "../../errors/error.ts";
import type { Message } from "../../message.ts";
import { createFilePath } from "./file-path.ts";
import { FileRotation } from "./file-rotation.ts";
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
cut; \`fsync: true\` waits for the disk. Every line is a whole JSON document: a line that a crash or a full disk has torn was
never delivered, and is cut away before the next one. A full disk, a read-only file system and missing rights are retried; a path
that is a folder or too long is rejected. A file that was moved or removed is made anew within a second; give logrotate
\`delaycompress\`.

With \`rotate\` the sink puts files aside itself, each on its own where the path has holes, when something is written: before it
grows beyond \`size\` (a batch is not divided), or when a new period of \`every\` has begun (\`1d\`: at midnight UTC). The old file is
renamed to \`FILE.20260101T000000000Z\`, names that sort by time; \`compress\` makes \`.gz\` of it a few seconds later. Of each file
the newest \`keep\` old ones stay. What a process that died has not finished is finished when the file is next opened.
`,
  schema: z.strictObject({
    path: template()
      .refine(({ isConstant, literalStart }) => !isConstant || !/(^|\/)$/.test(literalStart), "is a folder, not a file")
      .describe("The file; relative paths start at the project folder."),
    fsync: z
      .boolean()
      .default(false)
      .describe("Whether a batch is delivered only once it is on the disk; much slower."),
    rotate: z
      .strictObject({
        size: size().optional().describe("A file is put aside before it grows beyond this."),
        every: duration()
          .refine((milliseconds) => milliseconds > 0, "is no time")
          .optional()
          .describe("A file is put aside when a period of this length is over, counted in UTC: `1h`, `1d`."),
        keep: z
          .int()
          .min(1)
          .optional()
          .describe("How many old files to keep of each file; the oldest go. By default all."),
        compress: z.boolean().default(false).describe("Whether old files are compressed (gzip)."),
      })
      .refine((rotate) => rotate.size !== undefined || rotate.every !== undefined, {
        message: "needs `size` or `every`",
      })
      .optional()
      .describe("When files are put aside and new ones begun. By default never."),
  }),
  examples: [
    { title: "One file", yaml: "file: { path: data/samples.ndjson }" },
    {
      title: "A file per device and day",
      yaml: `file: { path: "data/{{ deviceId }}/{{ $substring($meta.time, 0, 10) }}.ndjson" }`,
    },
    {
      title: "Two weeks of compressed days",
      yaml: `file: { path: data/samples.ndjson, rotate: { every: 1d, size: 1GB, keep: 14, compress: true } }`,
    },
    {
      title: "On the disk before it counts",
      yaml: "file: { path: data/meters.ndjson, fsync: true }\nbatch: { count: 500, linger: 1s }",
    },
  ],
  defaults: { batchCount: 500, concurrency: 1, timeoutMs: 30_000 },
  create(config, context) {
    const { clock, log, projectDir } = context;
    const { path, fsync, rotate: plan } = config;
    const rotation = plan === undefined ? undefined : new FileRotation({ plan, clock, log });
    const pathOf = createFilePath(path, { projectDir, isRotated: rotation !== undefined });
    const writer = new FileWriter({ clock, isSynced: fsync, rotation });
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
