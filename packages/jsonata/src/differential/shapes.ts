// Inputs that expressions are written for: events as devices send them, and the shapes that make paths difficult.

const uplink = {
  deviceId: "0242ac1300020001",
  topic: "site/7/dev/A81758FFFE04D2B1/up",
  timestamp: "2024-11-22T06:40:00.123Z",
  ts: 1732257600123,
  seq: 42,
  data: {
    temperature: 21.64,
    humidity: 43.2,
    pressure: 101325,
    co2: 812,
    battery: 3.61,
    motion: true,
    door: false,
    status: "OK",
    alarm: null,
  },
  device: {
    name: "Room 2.14 / CO2",
    tags: ["floor-2", "meeting", "CO2"],
    customFields: [
      { key: "site", value: "plant-3", type: "STRING" },
      { key: "limit", value: 1000, type: "NUMBER" },
      { key: "active", value: true, type: "BOOLEAN" },
    ],
  },
};

const meter = {
  deviceId: "meter-17",
  site: "plant-3",
  unit: "kWh",
  limits: { low: 18, high: 24 },
  readings: Array.from({ length: 8 }, (_, index) => ({
    t: 1732268400000 + index * 900000,
    sensor: `s${index % 3}`,
    value: [20.5, 23.25, 19, 25.75, 20.5, 17, 24, 22][index],
    quality: index % 4 === 3 ? "bad" : "good",
  })),
};

const orders = {
  customer: "Facility Services",
  currency: "CHF",
  orders: [
    {
      id: "o-1",
      paid: true,
      items: [
        { sku: "valve-20", quantity: 2, price: 34.45, tags: ["brass"], size: { dn: 20, pn: 16 } },
        { sku: "meter-5", quantity: 1, price: 210, tags: [], size: { dn: 15 } },
      ],
    },
    {
      id: "o-2",
      paid: false,
      items: [
        { sku: "valve-20", quantity: 4, price: 34.45, tags: ["brass", "spare"] },
        { sku: "probe", quantity: 1, price: 107.99, tags: ["co2"], size: { dn: 0 } },
      ],
    },
  ],
};

const lorawan = {
  DevEUI: "A81758FFFE04D2B1",
  fPort: 5,
  fCntUp: 1017,
  payload_hex: "0100e2022b04002805000a0803df",
  rxInfo: [
    { gatewayID: "gw-1", rssi: -97, loRaSNR: 7.5, location: { lat: 47.37, lon: 8.54 } },
    { gatewayID: "gw-2", rssi: -113, loRaSNR: -3.2 },
    { gatewayID: "gw-3", loRaSNR: 1 },
  ],
  txInfo: { frequency: 868100000, dr: 5 },
  time: "2024-11-22T06:40:00+01:00",
};

const lists = {
  grid: [[1, 2, 3], [4, [5, 6]], []],
  pairs: [
    ["a", 1],
    ["b", 2],
  ],
  deep: [[[{ v: 1 }, { v: [2, 3] }]], { v: 4 }],
  single: [7],
  nested: [{ list: [1, 2] }, { list: [] }, { list: [[3]] }, {}],
};

const empties = {
  list: [],
  object: {},
  text: "",
  zero: 0,
  no: false,
  nothing: null,
  inner: { list: [], items: [{}, []] },
};

const mixed = {
  values: [1, "2", true, null, { a: 1 }, [3, 4], "x", 2.5, -1],
  rows: [{ k: 2, n: "b" }, { k: "10", n: "a" }, { n: "c" }, { k: 1 }, { k: null, n: "d" }],
  value: "12.5",
  flag: "true",
};

const names = {
  température: 21.5,
  键: { 值: [1, 2, 3] },
  "with space": "yes",
  "a.b": { "c-d": 4 },
  and: 1,
  or: [2, 3],
  in: { function: "f", null: 0, true: "t" },
  "0": "zero",
  "💡": "on",
  "": "empty",
  constructor: 5,
  length: 3,
};

const modbus = {
  unit: 4,
  registers: [
    { a: 40001, n: "u_l1", v: 2301 },
    { a: 40002, n: "u_l2", v: 2298 },
    { a: 40007, n: "p", v: 8120 },
    { a: 40008, n: "f", v: 5001 },
  ],
  scale: { u_l1: 0.1, u_l2: 0.1, p: 1, f: 0.01 },
  bits: [1, 0, 0, 1, 1],
};

const tree = {
  name: "campus",
  area: 1200.5,
  parts: [
    {
      name: "building A",
      area: 700,
      parts: [
        { name: "floor 1", area: 350, sensors: ["s1", "s2"] },
        { name: "floor 2", area: 350, sensors: "s3" },
      ],
    },
    { name: "building B", area: 500.5, sensors: [] },
  ],
};

const fleet = [
  { id: "v-1", kind: "valve", rssi: -80, position: 40, at: "2024-11-22T06:00:00Z" },
  { id: "v-2", kind: "valve", rssi: -101, position: 0, at: "2024-11-21T23:59:59.999Z" },
  { id: "m-1", kind: "meter", position: null, at: "2023-02-28", totals: { in: 12.5, out: 0 } },
  { id: "v-3", kind: "valve", rssi: -80 },
];

/** What an event may look like. An expression is written for one of them, and runs on others too. */
export const shapes: readonly unknown[] = [
  uplink,
  uplink,
  meter,
  meter,
  orders,
  orders,
  lorawan,
  lists,
  empties,
  mixed,
  names,
  modbus,
  tree,
  fleet,
];

/** Inputs that are no event at all. */
export const oddities: readonly unknown[] = [
  undefined,
  null,
  0,
  42,
  "dev-7",
  true,
  [],
  {},
  [[]],
  [null],
  ["a", "b"],
  [1, 2, 3],
];

/** What a caller binds to variables: the first two as a pipeline does, the last to disturb. */
export const bound: readonly Record<string, unknown>[] = [
  { vars: { limit: 20, site: "plant-3", codes: [1, 2, 3], names: { s0: "inlet", "v-1": "main" } }, limit: 800 },
  {
    meta: { source: "akenza", received: 1732257601000, keys: { device: "0242ac1300020001" } },
    rows: [{ id: "v-1", n: 1 }, { id: "x" }],
  },
  { count: 3, string: "text", v: [[1], []], x: null },
];
