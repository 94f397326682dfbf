import { systemClock } from "@signalbox/core";
import { expect, onTestFinished, test } from "vitest";
import { createSender } from "./otlp-sender.ts";
import { type OtlpReceiver, startOtlpReceiver } from "./testing/otlp-receiver.ts";

const signal = new AbortController().signal;
const empty = '{"resourceSpans":[]}';

async function sentTo(answer: OtlpReceiver["answer"], until = signal) {
  const receiver = await startOtlpReceiver();
  receiver.answer = answer;
  const sender = createSender({ url: `${receiver.url}/v1/traces`, headers: {}, clock: systemClock });
  onTestFinished(async () => {
    await sender.close();
    await receiver.close();
  });
  return sender.send(empty, until);
}

test.each([
  [{ status: 200 }, { status: "taken", rejected: 0 }],
  [
    { status: 202, body: "thanks" },
    { status: "taken", rejected: 0 },
  ],
  [
    { status: 200, body: '{"partialSuccess":{"rejectedSpans":"3","errorMessage":"too old"}}' },
    { status: "taken", rejected: 3, problem: "it threw spans away: too old" },
  ],
  [
    { status: 503, headers: { "retry-after": "7" } },
    { status: "retryable", problem: "it answered 503", retryAfterMs: 7000 },
  ],
  [{ status: 429 }, { status: "retryable", problem: "it answered 429" }],
  [{ status: 401 }, { status: "refused", problem: "it answered 401" }],
  [{ status: 500 }, { status: "refused", problem: "it answered 500" }],
] as const)("%j is %j", async (answer, result) => {
  expect(await sentTo(answer)).toEqual(result);
});

test("a receiver that is not there, and one that does not answer, may be tried again", async () => {
  const sender = createSender({ url: "http://127.0.0.1:1/v1/traces", headers: {}, clock: systemClock });
  onTestFinished(() => sender.close());
  expect(await sender.send(empty, signal)).toMatchObject({ status: "retryable" });
  expect(await sentTo("hang", AbortSignal.timeout(50))).toMatchObject({ status: "retryable" });
});
