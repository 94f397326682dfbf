/** Text of the reference page of the akenzaDownlink sink. */
export const downlinkDescription = `
Makes one command per device of each message and hands it to the engine's command ledger. The message is delivered when
its commands are durably recorded; they are sent from there, within akenza's rate limit and before all other requests.

**Devices** are a list of akenza ids, JSONata that gives one id or a list (each is checked), or a query on akenza's
inventory by \`tag\`, \`type\` and \`workspace\`; without \`devices\` it is the device the message comes from. A query is read page
by page when a message needs it, and again when the reading is older than \`every\`. While it cannot be read, messages are
parked: an old list is not taken in its place. A query that finds no device rejects the message (AKENZA_DEVICES_NONE), and
says so at the start already; an expression that gives an empty list discards it as \`no-route\`. A message for more than
\`maxDevices\` devices is rejected as a whole, before any of them is commanded.

**Each command** has a key made of message, pipeline, sink and device: the same order is taken once, however often its
message comes. Commands of a device are sent in the order they were taken; one that waits for a retry holds the later ones
of its device back, and no others. What became of a command is shown by \`signalbox commands\`:

- **planned**: \`dryRun\` is set. It is recorded with everything that would have been sent, and never is.
- **queued**: it waits for its time, its turn or a retry: 429 and 503, no connection, and 401 or 403, which a person can mend.
- **accepted**: akenza answered 2xx. Whether the radio network delivers it, akenza does not say.
- **rejected**: akenza refused it (400, 404 ...), or the device cannot get it.
- **unknown**: the request left and no answer of akenza's came (a time-out, a broken connection, 500, 502, 504). With
  \`onUnknown: ask\` a person decides; \`resend\` sends it again while \`retry.attempts\` are left, for commands that may be
  carried out twice.
- **failed**: its attempts are spent.
- **expired**: older than \`ttl\` before it could be sent. A message that is older than \`ttl\` when it arrives is discarded as
  \`expired\`. The time counts from the message's event (\`$meta.time\`), not from its arrival.
- **superseded**: \`supersede\` let a newer command of the same device take its place while it waited. One that was sent is
  not touched.
- **confirmed**, **unconfirmed**: see below.

**The device's connectivity** is read from akenza and kept for an hour; every list of devices that is read tells it too. A
device on LoRaWAN takes \`lorawan\`, one on MQTT \`mqtt\`, one on HTTP, CoAP or Sigfox neither: such a command is rejected with
AKENZA_CONNECTIVITY_WRONG before it leaves. Where akenza cannot say, or says something else, the command is tried and
akenza's answer counts. The key needs permission to read devices for this, or nothing is known beforehand.

**Confirmation**: with \`confirm\`, the connection listens to the device from the moment its command is sent, whether a
pipeline subscribes to it or not, and reads from history what it missed. The first uplink from after the sending for which
\`expect\` gives true makes the command \`confirmed\`. When none came \`within\` the time, it is \`unconfirmed\` and says so
loudly (\`alert\`), or it is sent once more (\`retry\`) while \`retry.attempts\` are left. \`$command.payload\` is what akenza was
sent, with \`loraDownlink\` or \`mqttDownlink\`.

**Spread**: with \`spread: 10m\` each device's commands are put off by a part of ten minutes that follows from its id alone, so
that a thousand valves do not move, or answer, in one moment.
`.trim();

export const downlinkExamples = [
  {
    title: "Set every valve of a list through the device type's encoder",
    yaml: `akenzaDownlink:
  devices: ["0242ac1300020001", "0242ac1300020002"]
  lorawan: { port: 2, confirmed: true, payload: '{ "setTargetTemperature": 17 }' }`,
  },
  {
    title: "Bytes to the device the message comes from, in place of what still waits in the network",
    yaml: `akenzaDownlink:
  lorawan: { port: 3, payloadHex: '"0e14"', clearQueue: true }`,
  },
  {
    title: "JSON over MQTT to the devices a request names",
    yaml: `akenzaDownlink:
  devices: plugs
  mqtt: { topic: "commands/{{ room }}", payload: '{ "on": on }' }
name: plugs`,
  },
  {
    title: "All valves of a tag, at most 500, spread over ten minutes; tried out without sending first",
    yaml: `akenzaDownlink:
  devices: { tag: "7100000000000001", type: vicki, every: 15m }
  maxDevices: 500
  lorawan: { port: 2, payload: '{ "setTargetTemperature": 17 }' }
  spread: 10m
  dryRun: true`,
  },
  {
    title: "An object that akenza passes on as it is, to every MQTT device of a workspace",
    yaml: `akenzaDownlink:
  devices: { workspace: "0242ac1300030001" }
  mqtt: { topic: commands, payload: '{ "report": "now" }' }
  raw: true`,
  },
  {
    title: "A setpoint that is worth sending for six hours, and that a newer one replaces",
    yaml: `akenzaDownlink:
  lorawan: { port: 2, payload: '{ "setTargetTemperature": setpoint }' }
  ttl: 6h
  supersede: { key: "setpoint" }
  onUnknown: resend
retry: { attempts: 5, backoff: 10s, maxBackoff: 10m }`,
  },
  {
    title: "A valve must report the temperature it was told within two hours, or it is told again",
    yaml: `akenzaDownlink:
  lorawan: { port: 2, payload: '{ "setTargetTemperature": setpoint }' }
  supersede: true
  confirm:
    expect: data.targetTemperature = $command.payload.loraDownlink.payload.setTargetTemperature
    within: 2h
    otherwise: retry`,
  },
] as const;
