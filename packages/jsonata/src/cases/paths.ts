// Paths: steps over objects, lists and what is missing.
import type { Case } from "./case.ts";

const uplink = {
  deviceId: "0242ac1300020001",
  data: { temperature: 21.6, co2: 812, motion: true, alarm: null },
  device: {
    name: "Room 2.14",
    tags: ["floor-2", "meeting"],
    customFields: [
      { key: "site", value: "plant-3" },
      { key: "limit", value: 1000 },
    ],
  },
};
const gateways = {
  rx: [
    { id: "gw-1", rssi: -97, snr: 7.5 },
    { id: "gw-2", rssi: -113 },
    { id: "gw-3", snr: 1 },
  ],
};
const grid = { rows: [[1, 2, 3], [4, [5, 6]], []], one: [7], none: [], deep: [[{ v: 1 }, { v: [2, 3] }], { v: 4 }] };
const fleet = [{ id: "v-1", open: 40 }, { id: "v-2", open: 0 }, { id: "m-1" }];
const names = {
  température: 21.5,
  "with space": { "a.b": 1 },
  and: 1,
  or: { in: 2 },
  "": "empty",
  "0": "zero",
  键: ["值"],
};

export const paths: readonly Case[] = [
  { name: "one field", data: uplink, expr: "deviceId", result: "0242ac1300020001" },
  { name: "a field of a field", data: uplink, expr: "data.temperature", result: 21.6 },
  { name: "a boolean field", data: uplink, expr: "data.motion", result: true },
  { name: "a field that is null", data: uplink, expr: "data.alarm", result: null },
  { name: "a step from null", data: uplink, expr: "data.alarm.level", result: undefined },
  { name: "a field that is missing", data: uplink, expr: "data.humidity", result: undefined },
  { name: "a step from what is missing", data: uplink, expr: "payload.temperature.value", result: undefined },
  { name: "a step from a text", data: uplink, expr: "deviceId.length", result: undefined },
  { name: "a list is given as it is", data: uplink, expr: "device.tags", result: ["floor-2", "meeting"] },
  { name: "one field of each item", data: gateways, expr: "rx.rssi", result: [-97, -113] },
  { name: "a field that only some items have", data: gateways, expr: "rx.snr", result: [7.5, 1] },
  {
    name: "a field that one item alone has gives no list",
    data: { rx: [{ id: "gw-1" }, { snr: 1 }] },
    expr: "rx.snr",
    result: 1,
  },
  { name: "the same, kept as a list", data: { rx: [{ id: "gw-1" }, { snr: 1 }] }, expr: "rx.snr[]", result: [1] },
  {
    name: "keeping a list in the middle of a path",
    data: { rx: [{ id: "gw-1" }, { snr: 1 }] },
    expr: "rx[].snr",
    result: [1],
  },
  { name: "keeping a list of nothing", data: gateways, expr: "rx.missing[]", result: undefined },
  { name: "keeping a single value as a list", data: uplink, expr: "data.co2[]", result: [812] },
  {
    name: "lists of lists stay as they are at the end",
    data: grid,
    expr: "rows",
    result: [[1, 2, 3], [4, [5, 6]], []],
  },
  {
    name: "lists of lists are flattened by one level by a step",
    data: grid,
    expr: "rows.$",
    result: [1, 2, 3, 4, [5, 6]],
  },
  { name: "a list of one, taken by its name", data: grid, expr: "one", result: [7] },
  { name: "an empty list", data: grid, expr: "none", result: [] },
  { name: "a step over an empty list", data: grid, expr: "none.x", result: undefined },
  { name: "a field deep in lists", data: grid, expr: "deep.v", result: [1, 2, 3, 4] },
  {
    name: "the whole input",
    data: gateways,
    expr: "$",
    result: {
      rx: [
        { id: "gw-1", rssi: -97, snr: 7.5 },
        { id: "gw-2", rssi: -113 },
        { id: "gw-3", snr: 1 },
      ],
    },
  },
  {
    name: "the whole input from inside",
    data: uplink,
    expr: "device.customFields.($$.deviceId)",
    result: ["0242ac1300020001", "0242ac1300020001"],
  },
  { name: "an input that is a list", data: fleet, expr: "id", result: ["v-1", "v-2", "m-1"] },
  {
    name: "an input that is a list, as a whole",
    data: fleet,
    expr: "$",
    result: [{ id: "v-1", open: 40 }, { id: "v-2", open: 0 }, { id: "m-1" }],
  },
  { name: "an input that is a list of one", data: [{ id: "v-1" }], expr: "$", result: [{ id: "v-1" }] },
  { name: "a field of a list of one", data: [{ id: "v-1" }], expr: "id", result: "v-1" },
  { name: "all fields", data: uplink, expr: "data.*", result: [21.6, 812, true, null] },
  {
    name: "all fields of all items",
    data: gateways,
    expr: "rx.*",
    result: ["gw-1", -97, 7.5, "gw-2", -113, "gw-3", 1],
  },
  { name: "all fields, then one", data: uplink, expr: "*.temperature", result: 21.6 },
  {
    name: "a wildcard over a field that is a list",
    data: uplink,
    expr: "device.*",
    result: ["Room 2.14", "floor-2", "meeting", { key: "site", value: "plant-3" }, { key: "limit", value: 1000 }],
  },
  { name: "anywhere below", data: uplink, expr: "**.value", result: ["plant-3", 1000] },
  {
    name: "everything below",
    data: { a: { b: [1, { c: 2 }] } },
    expr: "**",
    result: [{ a: { b: [1, { c: 2 }] } }, { b: [1, { c: 2 }] }, 1, { c: 2 }, 2],
  },
  { name: "anywhere below, of a list", data: grid, expr: "**.v", result: [1, 2, 3, 4] },
  { name: "a name in backquotes", data: names, expr: "`with space`.`a.b`", result: 1 },
  { name: "names beyond ASCII", data: names, expr: "température & ' ' & 键", result: '21.5 ["值"]' },
  { name: "operators as names", data: names, expr: "and + or.in", result: 3 },
  { name: "the empty name", data: names, expr: "``", result: "empty" },
  { name: "a name of digits", data: names, expr: "`0`", result: "zero" },
  { name: "a text as a later step", data: uplink, expr: 'data."co2"', result: 812 },
  { name: "an expression as a step", data: uplink, expr: "data.(temperature * 10)", result: 216 },
  {
    name: "an object as a step",
    data: gateways,
    expr: 'rx.{"gateway": id, "level": rssi}',
    result: [{ gateway: "gw-1", level: -97 }, { gateway: "gw-2", level: -113 }, { gateway: "gw-3" }],
  },
  {
    name: "a list as a step keeps items together",
    data: gateways,
    expr: "rx.[id, rssi]",
    result: [["gw-1", -97], ["gw-2", -113], ["gw-3"]],
  },
  { name: "a list as a first step", data: uplink, expr: "[data.temperature, data.co2].($ + 1)", result: [22.6, 813] },
  { name: "a function as a step", data: uplink, expr: "device.tags.$uppercase()", result: ["FLOOR-2", "MEETING"] },
  { name: "a number given wins over the context", data: { v: [1.26, 2.71] }, expr: "v.$round(1)", result: [1, 1] },
  {
    name: "comments between the steps",
    data: uplink,
    expr: "/* temperature */ data /* of the room */ . co2",
    result: 812,
  },
  { name: "a path of a single value that is a list in a list", data: { a: [[1]] }, expr: "a", result: [[1]] },
  { name: "a path through a list in a list of one", data: { a: [[{ b: 5 }]] }, expr: "a.b", result: 5 },
  { name: "no input at all", expr: "data.temperature", result: undefined },
  { name: "an input that is a number", data: 42, expr: "$ + 1", result: 43 },
  { name: "an input that is null", data: null, expr: "$", result: null },
];
