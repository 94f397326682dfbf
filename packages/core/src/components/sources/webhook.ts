import { defineSource } from "../../component/definition.ts";
import { webhookConfig } from "./webhook-config.ts";
import { Webhook } from "./webhook-source.ts";

export const webhookSource = defineSource({
  name: "webhook",
  summary: "Takes HTTP requests, each a message.",
  description: `
The engine's HTTP listener serves the path; the body becomes the message's body: JSON (also without a content type), form
fields as an object, text as text, no body as null. Method, path, parameters, query and headers are \`$meta.request\`, without
the headers that prove who the caller is.

\`respond: accepted\` answers 202 with \`{ "id": ... }\` once the message is in the store: it then survives a crash. What a
stopped engine left is delivered by the next one before anything that comes anew, so that order holds over a clean restart;
what a killed engine left may come after newer messages, within some 20 seconds.
\`respond: settled\` keeps the message in memory and answers 200 once it is settled or parked, with how many of its writes were
delivered, discarded, parked and became dead letters; 504 with the id when that takes longer than \`timeout\`.

The id of a message is what \`id\` gives, else the request's \`Idempotency-Key\` header, else new. A request with the id of an
earlier one makes no second message: it gets the first one's answer, with the header \`idempotent-replayed: true\`, and waits
for it where that one still does. Answers are remembered in the store for the \`window\` of \`idempotency\`, over restarts and
crashes; requests without an id, and answers that say that a request was not taken (4xx, 5xx), are not. An
\`Idempotency-Key\` that comes again with another path, query or body is answered 422; where \`id\` gives the id, that alone
counts, for some senders change a body with every try.

In a pipeline with a sink that sends commands, \`respond: settled\` answers with the keys of the commands and the path to ask
for each: \`{ "commands": [{ "key": "9f86d081", "path": "/devices/1/valve/commands/9f86d081" }] }\`. \`GET\` there, with the
webhook's own \`auth\`, answers with the command's state, its attempts and their times. \`GET <path>/commands?message=ID\`
answers with the commands of a message, also after \`respond: accepted\`, once they are recorded.

Refused requests get a code and a reason: 400 for a body or field that cannot be read (JSON with line and column), 401, 413, 415,
422. Everything that is not the caller's doing is 503 with \`Retry-After\`: no room in the pipeline, no answer of the store, an
engine that starts or stops. Such a call is not lost where its sender tries again. HMAC signatures cover the body,
not the time: they do not keep anyone from sending a request again once the window is over.
`,
  schema: webhookConfig,
  examples: [
    { title: "A button", yaml: `webhook: { path: /hooks/button, auth: { bearer: "\${BUTTON_TOKEN}" } }` },
    {
      title: "A command per request, answered when it is on its way",
      yaml: `webhook:
  path: /devices/:device/valve
  method: PUT
  device: $meta.request.params.device
  respond: settled
  timeout: 10s`,
    },
    {
      title: "Signed events with ids and times of their own",
      yaml: `webhook:
  path: /hooks/events
  auth: { hmac: { header: x-hub-signature-256, prefix: "sha256=", secret: "\${HOOK_SECRET}" } }
  bodyLimit: 64kB
  id: eventId
  device: sensor
  topic: kind
  time: at`,
    },
  ],
  defaultOrder: "perKey",
  create: (config, context) => new Webhook(config, context),
});
