import { PostgresConnection } from "bullmq";

type ListenClient = Awaited<ReturnType<PostgresConnection["getListenClient"]>>;

/**
 * BullMQ makes a connection for each queue and worker, and closes it with them. This one is for all of an engine's, and lasts
 * until `end`.
 */
export class LastingConnection extends PostgresConnection {
  readonly #inTurn = new WeakSet<ListenClient>();

  override async close(): Promise<void> {
    // Whoever closes here is one of several: see `end`.
  }

  async end(): Promise<void> {
    await super.close();
  }

  /** The client all workers listen on. They may ask it at the same time, which a client of pg does not take. */
  override async getListenClient(): Promise<ListenClient> {
    const client = await super.getListenClient();
    if (!this.#inTurn.has(client)) {
      this.#inTurn.add(client);
      client.query = inTurn(client.query.bind(client));
    }
    return client;
  }
}

/** Calls `run` again only when its last call is done. */
function inTurn(run: ListenClient["query"]): ListenClient["query"] {
  let last: Promise<unknown> = Promise.resolve();
  return <R>(text: string, values?: readonly unknown[]) => {
    const next = last.then(() => run<R>(text, values));
    last = next.catch(() => undefined);
    return next;
  };
}
