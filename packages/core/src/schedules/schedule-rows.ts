import type { Clock } from "../clock.ts";
import { gather } from "../gather.ts";
import type { NewRow, Row, Store } from "../ports/store.ts";
import type { Schedule } from "./contracts.ts";

/** What the store knows of a schedule beside its ticks. */
export interface ScheduleRow {
  readonly plan: string;
  readonly accountedUntil: number;
  readonly retiredAt?: number;
}

export interface ScheduleRows {
  get(pipeline: string): Promise<ScheduleRow | undefined>;
  /** Its planned times are accounted for; it is not retired any more. */
  account(pipeline: string, plan: string, until: number): Promise<void>;
  /** The retired ones by name, at most 1,000. */
  retired(): Promise<ReadonlyMap<string, ScheduleRow>>;
  /** Retires those that are not among `pipelines`; answers their names. */
  keepOnly(pipelines: ReadonlySet<string>): Promise<readonly string[]>;
  remove(pipelines: readonly string[]): Promise<void>;
}

const pageSize = 1_000;

/** The collection `schedules`, a row for each pipeline that has or had one. */
export function createScheduleRows(store: Store, clock: Clock): ScheduleRows {
  const rows = store.collection<ScheduleRow>({ name: "schedules", indexes: ["state"] });

  async function* live(): AsyncGenerator<readonly Row<ScheduleRow>[]> {
    const where = { state: "live" };
    for (let after: Row<ScheduleRow> | undefined; ;) {
      const page = await rows.query({ where, limit: pageSize, ...(after === undefined ? {} : { after }) });
      yield page;
      after = page.at(-1);
      if (page.length < pageSize) return;
    }
  }

  // An engine that starts registers many at the same time.
  const get = gather((pipelines: readonly string[]) => rows.getMany(pipelines));
  const put = gather(
    async (changed: readonly NewRow<ScheduleRow>[]) => {
      await rows.put(changed);
      return changed.map(() => undefined);
    },
    { keyOf: ({ key }) => key },
  );

  return {
    async get(pipeline) {
      return (await get(pipeline))?.value;
    },
    account: (pipeline, plan, until) => put(rowOf(pipeline, { plan, accountedUntil: until })),
    async retired() {
      const found = await rows.query({ where: { state: "retired" }, newestFirst: true, limit: pageSize });
      return new Map(found.map(({ key, value }) => [key, value]));
    },
    async keepOnly(pipelines) {
      const gone: Row<ScheduleRow>[] = [];
      for await (const page of live()) gone.push(...page.filter(({ key }) => !pipelines.has(key)));
      for (const { key, version, value } of gone)
        await rows.replace(key, version, rowOf(key, { ...value, retiredAt: clock.now() }));
      return gone.map(({ key }) => key);
    },
    async remove(pipelines) {
      await rows.remove(pipelines);
    },
  };
}

function rowOf(key: string, value: ScheduleRow): NewRow<ScheduleRow> {
  return {
    key,
    at: value.accountedUntil,
    fields: { state: value.retiredAt === undefined ? "live" : "retired" },
    value,
  };
}

/** What makes a schedule another one: then it answers for no time before. Told by the words that say when, and what is caught up. */
export function revisionOf({ plan, catchUp }: Pick<Schedule, "plan" | "catchUp">): string {
  if (catchUp === undefined) return plan.description;
  return `${plan.description}, catches up ${catchUp.last} within ${catchUp.withinMs} ms`;
}
