/** Text of the reference page of the akenza source. */
export const sourceDescription = `
Pipelines of one connection share one WebSocket to akenza, whose subscriptions are the union of theirs. Each sample that
akenza stores for a subscribed device becomes a message:

- the body (\`$\`) is the sample as akenza sends it: \`{ deviceId, topic, timestamp, data }\`;
- \`$meta.device\`, \`$meta.topic\` and \`$meta.time\` say the same, the time in UTC with nine fraction digits;
- the id is \`akenza:<device>:<topic>:<time>\`, the same for the same sample whenever it comes.

akenza sends samples only of devices whose data it stores (output connector "akenza DB").

**Subscribed devices** are named by akenza id (\`asset\`), by tag, or by a list that is read again at intervals: a file, a SQL
query, a REST query. A changed list changes the subscriptions on the live socket; a list that cannot be read keeps its last
good state and says so in log and status. A sample does not say which subscription it came for, so a \`tag\` is matched
through its members, which are read over REST and again every five minutes; a sample of a device not seen before waits
while that device's tags are asked for. Without permission for that, samples of a tag are delivered while it is the
connection's only one, else they are counted as \`unrouted\`.

**The connection** is kept alive by pings, given up after 90 s of silence, and made anew with waits from 1 s up to 300 s.
An answer of 401 or 403 ends it: the state is \`failed\` until a reload or restart.

**Missed samples** are read from akenza's history: after a start, after the connection broke, and for a pipeline that had no
room and was taken off the socket meanwhile so that the others need not wait. Each device's history is read from where its
samples had settled, oldest first; live samples of that device wait until it is level, other devices do not. Such messages
have \`$meta.backfilled: true\` and the id they would have had. The pipeline's \`backfill\` says how far back this goes
(\`within\`), and how much later than its time a sample may have been stored and still be found (\`lookback\`); it is \`off\`
where a sink sends commands. The key needs permission to read device data. What cannot be read is a gap: in the log with
device, span and reason, and in the status. Without back-fill, the socket rests while a pipeline has no room, and what
akenza sends while it is down is not sent again.

A sample that comes twice in a row is left out the second time; late ones are delivered. Both are counted in the status.

With \`events\` the life of the socket becomes messages too, without device or topic:

| event | body |
|---|---|
| \`connected\` | \`{ "type": "connected", "connection": "akenza", "greeting": { … } }\` |
| \`closed\` | \`{ "type": "closed", "connection": "akenza", "code": 1006, "reason": "", "cause": { "code": "AKENZA_SILENT", "message": "…" }, "liveMs": 12000 }\`; \`cause\` is null for a proper closing |
| \`frame\` | any other frame as it came: \`subscribed\`, \`unsubscribed\`, \`error\`, \`pong\`, the answer to an \`akenzaMessage\`, unknown types |
`.trim();

export const sourceExamples = [
  {
    title: "One device by its id, and a tag's devices for one topic",
    yaml: `akenza:
  subscribe:
    - { asset: "02d2327fedce2128" }
    - { tag: "7100000000000001", topic: default }`,
  },
  {
    title: "Devices listed in a file, read again every minute",
    yaml: `akenza:
  subscribe:
    - { file: data/devices.csv, column: akenzaId, topic: default, every: 1m }`,
  },
  {
    title: "Devices found in akenza's inventory by tag and type",
    yaml: `akenza:
  subscribe:
    - query: { tag: "7100000000000001", type: EM500-CO2 }
      every: 10m`,
  },
  {
    title: "The socket's own life as messages",
    yaml: `akenza:
  events: [connected, closed]`,
  },
] as const;
