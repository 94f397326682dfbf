// Events as devices and gateways send them, and one long expression.
export const event = {
  deviceId: "0242ac1300020001",
  topic: "uplink/plant-3/hall-2/0242ac1300020001",
  sentAt: 1732257600123,
  data: {
    temperature: 21.64,
    humidity: 43.2,
    pressure: 101325,
    co2: 812,
    battery: 3.61,
    flow: 12.75,
    open: 40,
    leak: false,
  },
  radio: { rssi: -97, snr: 7.5, gateway: "gw-0017", counter: 1017, port: 5, rate: 3 },
  device: {
    name: "Valve 20 / hall 2",
    type: "valve",
    firmware: "2.4.1",
    tags: ["hall-2", "heating", "zone-b"],
    fields: [
      { key: "site", value: "plant-3" },
      { key: "limit", value: 900 },
      { key: "owner", value: "facility" },
      { key: "interval", value: 600 },
    ],
    place: { lat: 47.3769, lon: 8.5417, alt: 408, building: "H", level: 2 },
  },
  payload: "00d801b00f0a0328",
  raw: "temp=21.64;hum=43.2;co2=812",
};

export const log = {
  meter: "m-0815",
  readings: Array.from({ length: 50 }, (_, index) => ({
    at: 1732257600000 + index * 60_000,
    channel: `c${index % 6}`,
    value: Math.round((40 + 15 * Math.cos(index * 1.7)) * 100) / 100,
    state: index % 8 === 5 ? "fault" : "valid",
  })),
};

export const bus = {
  slave: 7,
  channels: [
    { name: "u1", raw: 2307, ok: true },
    { name: "u2", raw: 2296, ok: true },
    { name: "u3", raw: 0, ok: false },
    { name: "i1", raw: 1210, ok: true },
    { name: "i2", raw: 1187, ok: true },
    { name: "p", raw: 8127, ok: true },
    { name: "q", raw: 0, ok: false },
    { name: "f", raw: 4998, ok: true },
  ],
  factors: { u1: 0.1, u2: 0.1, u3: 0.1, i1: 0.01, i2: 0.01, p: 1, q: 1, f: 0.01 },
};

export const site = {
  site: "plant-3",
  halls: [
    {
      id: "h1",
      valves: [
        { id: "v1", open: 10 },
        { id: "v2", open: 80 },
        { id: "v3", open: 0 },
      ],
    },
    {
      id: "h2",
      valves: [
        { id: "v4", open: 45 },
        { id: "v5", open: 100 },
      ],
    },
    { id: "h3", valves: [{ id: "v6", open: 5 }] },
  ],
  names: [
    { id: "v2", name: "inlet" },
    { id: "v5", name: "outlet" },
  ],
};

/** A message of more than thirty fields. */
export const template = `{
  "version": 2, "kind": "telemetry", "id": deviceId, "sentAt": sentAt, "counter": radio.counter,
  "source": {"topic": topic, "gateway": radio.gateway, "port": radio.port, "link": {"rssi": radio.rssi, "snr": radio.snr, "rate": radio.rate, "isWeak": radio.rssi < -110 or radio.snr < -5}},
  "device": {"name": device.name, "type": $uppercase(device.type), "firmware": device.firmware, "battery": {"volt": data.battery, "percent": $round((data.battery - 3) / 0.6 * 100), "isLow": data.battery < 3.2}},
  "place": {"type": "Point", "coordinates": [device.place.lon, device.place.lat, device.place.alt], "building": device.place.building, "level": device.place.level},
  "values": {"celsius": data.temperature, "fahrenheit": data.temperature * 1.8 + 32, "humidity": data.humidity, "hectopascal": data.pressure / 100, "co2": data.co2, "air": data.co2 > 1400 ? "bad" : data.co2 > 1000 ? "fair" : "good", "litresPerHour": data.flow * 60, "open": data.open, "leak": data.leak},
  "tags": device.tags, "label": device.name & " (" & deviceId & ")"
}`;
