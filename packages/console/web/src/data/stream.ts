// Reads server-sent events. By hand, and not with EventSource: that one does not say why it was refused.
import { isLoginNeeded, Refusal } from "./api.ts";

/** The events of a stream until it ends or the signal aborts. Fails with the engine's refusal. */
export async function* events<T>(path: string, signal: AbortSignal): AsyncGenerator<T> {
  const response = await fetch(`/api/v1/${path}`, { signal, headers: { accept: "text/event-stream" } }).catch(
    (error: unknown) => {
      if (signal.aborted) throw error;
      throw new Refusal("CONSOLE_UNREACHABLE", "the engine does not answer", 0);
    },
  );
  if (!response.ok || response.body === null) throw await refused(response);
  let text = "";
  for await (const chunk of chunksOf(response.body.pipeThrough(new TextDecoderStream()))) {
    text += chunk;
    const blocks = text.split("\n\n");
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      if (block.startsWith("event: end")) return;
      if (block.startsWith("data: ")) yield JSON.parse(block.slice("data: ".length)) as T;
    }
  }
}

async function refused(response: Response): Promise<Refusal> {
  if (response.status === 401) isLoginNeeded.value = true;
  const { code = "CONSOLE_FAILED", message = `the engine answered ${response.status}` } = ((await response
    .json()
    .catch(() => undefined)) ?? {}) as { code?: string; message?: string };
  return new Refusal(code, message, response.status);
}

// Not every browser of today can iterate over a stream.
async function* chunksOf(stream: ReadableStream<string>): AsyncGenerator<string> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.releaseLock();
    await stream.cancel().catch(() => undefined);
  }
}
