import { expect, test } from "vitest";
import { toStoreError } from "./redis-error.ts";

/** As ioredis makes it of an answer. */
function answer(message: string): Error {
  return Object.assign(new Error(message), { name: "ReplyError" });
}

test.each([
  answer("READONLY You can't write against a read only replica. script: f1, on @user_script:3."),
  answer("ERR Error running script (call to f_1): @user_script:7: @user_script: 7: -READONLY You can't write"),
  answer("LOADING Redis is loading the dataset in memory"),
  answer("MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."),
  answer("CLUSTERDOWN The cluster is down"),
  answer("NOREPLICAS Not enough good replicas to write."),
  answer("NOSCRIPT No matching script. Please use EVAL."),
  answer("MISCONF Errors writing to the AOF file: No space left on device"),
  new Error("Too many Cluster redirections. Last error: ReplyError: MOVED 1 h:1"),
  new Error("Command timed out"),
])("an outage that passes: $message", (error) => {
  expect(toStoreError(error)).toMatchObject({ code: "STORE_UNREACHABLE", isRetryable: true });
});

test.each([
  [answer("WRONGPASS invalid username-password pair or user is disabled."), undefined],
  [answer("NOPERM this user has no permissions to run the 'evalsha' command"), undefined],
  [answer("MOVED 866 10.0.0.1:6379"), "it is part of a cluster: write `cluster` in place of `url`"],
  [answer("ERR This instance has cluster support disabled"), "it is no cluster: write `url`"],
])("a refusal that someone must mend: $message", (error, hint) => {
  expect(toStoreError(error)).toMatchObject({ code: "STORE_REQUEST_REFUSED", isRetryable: false, hint });
});
