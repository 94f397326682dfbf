/** Codes of the akenza connector. */
export const akenzaCodes = {
  AKENZA_AUTH_REFUSED: {
    when: "akenza answered 401 or 403: the key or token is wrong, expired, or lacks a permission.",
    remedy:
      "Check AKENZA_API_KEY (or AKENZA_ACCESS_TOKEN) and the scopes of the key. The socket is not tried again by itself; reload or restart after the change.",
  },
  AKENZA_KEY_MISSING: {
    when: "An akenza connection is used that has neither an API key nor an access token.",
    remedy: "Set AKENZA_API_KEY or AKENZA_ACCESS_TOKEN, or `apiKey` of the connection in signalbox.yaml.",
  },
  AKENZA_UNREACHABLE: {
    when: "akenza could not be reached, or answered with a server error (408, 425, 5xx).",
    remedy: "Check the network, `baseUrl` and akenza's status page. The connector keeps trying with growing waits.",
  },
  AKENZA_GREETING_MISSING: {
    when: "The socket opened but akenza's `connected` message did not come within 15 s.",
    remedy: "Check that `baseUrl` is an akenza base address and no proxy stands between. The connector tries again.",
  },
  AKENZA_SILENT: {
    when: "Nothing came over the socket for 90 s, not even an answer to a ping: the connection is half open.",
    remedy:
      "None needed: the connector closes it and connects anew. If it repeats, look for a firewall that drops idle connections.",
  },
  AKENZA_FRAME_REFUSED: {
    when: "A frame broke the WebSocket protocol or was larger than `maxFrameSize`; the connection had to be closed.",
    remedy: "Raise `maxFrameSize` of the connection if such frames are genuine. The connector connects anew.",
  },
  AKENZA_SUBSCRIPTION_REFUSED: {
    when: "akenza marked a subscription as not valid: the id is unknown, or the key may not read it.",
    remedy:
      "Check the id (the akenza id of the device, not its DevEUI) and the workspaces of the key. The other subscriptions stay.",
  },
  AKENZA_TAG_UNREADABLE: {
    when: "The devices of a subscribed tag could not be read over REST, so its samples cannot be told from others.",
    remedy: "Give the key permission to read devices and tags, or subscribe by asset or by `query`.",
  },
  AKENZA_NOT_CONNECTED: {
    when: "A frame was to be sent while the socket is not connected.",
    remedy: "None needed: the message is tried again. If it lasts, look at the state of the connection.",
  },
  AKENZA_IDS_UNREADABLE: {
    when: "The file, SQL query or REST query that names the subscribed devices could not be read, or held something that is no akenza id.",
    remedy: "Read the cause. The last good list stays in use, and reading is tried again at the next `every`.",
  },
  AKENZA_ID_INVALID: {
    when: "A text stands where an akenza id is needed: 16 lower-case hex characters.",
    remedy:
      "Copy the id from the address of the device's page in akenza, and quote it in YAML. A DevEUI or physical device id is another thing.",
  },
  AKENZA_SUBSCRIBE_INVALID: {
    when: "An item of `subscribe` does not name exactly one of asset, tag, file, sql and query, or has a field that does not belong to it.",
    remedy: "Keep one of them, and only the fields its form knows.",
  },
  AKENZA_HISTORY_REFUSED: {
    when: "Missed samples were to be read from akenza's history, and the key may not read it.",
    remedy: "Give the key permission to read device data, or set `backfill: off` where missed samples do not matter.",
  },
  AKENZA_HISTORY_GAP: {
    when: "Samples of a device could not be read from akenza's history: too old for `within`, not permitted, or refused.",
    remedy:
      "Read device, span and reason in the log line; raise `backfill.within` if longer outages are to be made up.",
  },
  AKENZA_RATE_LIMITED: {
    when: "akenza answered 429: too many requests.",
    remedy:
      "None needed: the request is tried again after the time akenza asks for. Lower `rateLimit` if other programs share the key.",
  },
  AKENZA_REQUEST_REJECTED: {
    when: "akenza refused a request as such (400, 404 or another 4xx).",
    remedy: "Read the answer's text; most often the device id is unknown, or the device cannot take downlinks.",
  },
  AKENZA_ANSWER_MISSING: {
    when: "A request left and no whole answer came: a timeout, or a connection that broke.",
    remedy: "A reading is tried again. A downlink may have been carried out: its command stays `unknown`.",
  },
  AKENZA_ANSWER_INVALID: {
    when: "akenza's answer was larger than allowed or not the JSON that its documentation describes.",
    remedy: "Check that `baseUrl` is akenza's REST address and no proxy answers in its place.",
  },
  AKENZA_DOWNLINK_INVALID: {
    when: "The fields of a downlink gave something that is no downlink: payloadHex that is not hex, or a payload that is no object.",
    remedy: "Try the expression on the message in the cause; akenza takes hex pairs or a JSON object.",
  },
  AKENZA_CONNECTIVITY_WRONG: {
    when: "A command was to go to a device that cannot get it: one of HTTP, CoAP or Sigfox, or one of LoRaWAN for MQTT, or the other way round.",
    remedy:
      "The text names the device, how akenza says it is connected, and what was asked for. Leave it out of `devices`, or send to it by a sink with `lorawan` or `mqtt` as it needs.",
  },
  AKENZA_DEVICES_NONE: {
    when: "The query of a downlink's `devices` finds no device, so that its messages would command nothing.",
    remedy: "Check tag, type and workspace in akenza, and that the key may read them; then redrive the message.",
  },
  AKENZA_DEVICES_TOO_MANY: {
    when: "A message would have commanded more devices than `maxDevices` of its sink allows. None was commanded.",
    remedy: "Raise `maxDevices` if that many are meant, and redrive the message; else narrow `devices`.",
  },
  AKENZA_DEVICE_MISSING: {
    when: "A downlink has no device to go to: the message comes from none, or `devices` gave something that is no akenza id.",
    remedy: "Set `devices`, or make its expression give one id or a list of ids.",
  },
} as const;
