// Transforms: `value ~> |place|update, delete|`.
import type { Case } from "./case.ts";

const event = {
  device: {
    id: "v-1",
    secret: "x",
    fields: [
      { k: "a", v: 1 },
      { k: "b", v: 2 },
    ],
  },
  data: { t: 21.6 },
};

export const transforms: readonly Case[] = [
  {
    name: "a field added",
    data: event,
    expr: '$ ~> |data|{"unit": "C"}|',
    result: {
      device: {
        id: "v-1",
        secret: "x",
        fields: [
          { k: "a", v: 1 },
          { k: "b", v: 2 },
        ],
      },
      data: { t: 21.6, unit: "C" },
    },
  },
  {
    name: "a field changed",
    data: event,
    expr: '$ ~> |data|{"t": t * 10}|',
    result: {
      device: {
        id: "v-1",
        secret: "x",
        fields: [
          { k: "a", v: 1 },
          { k: "b", v: 2 },
        ],
      },
      data: { t: 216 },
    },
  },
  {
    name: "a field removed",
    data: event,
    expr: '$ ~> |device|{}, "secret"|',
    result: {
      device: {
        id: "v-1",
        fields: [
          { k: "a", v: 1 },
          { k: "b", v: 2 },
        ],
      },
      data: { t: 21.6 },
    },
  },
  {
    name: "fields removed",
    data: event,
    expr: '$ ~> |device|{}, ["secret", "fields"]|',
    result: { device: { id: "v-1" }, data: { t: 21.6 } },
  },
  {
    name: "each item of a list",
    data: event,
    expr: '$ ~> |device.fields|{"v": v + 1}|',
    result: {
      device: {
        id: "v-1",
        secret: "x",
        fields: [
          { k: "a", v: 2 },
          { k: "b", v: 3 },
        ],
      },
      data: { t: 21.6 },
    },
  },
  {
    name: "some items of a list",
    data: event,
    expr: '$ ~> |device.fields[k = "b"]|{"hit": true}|',
    result: {
      device: {
        id: "v-1",
        secret: "x",
        fields: [
          { k: "a", v: 1 },
          { k: "b", v: 2, hit: true },
        ],
      },
      data: { t: 21.6 },
    },
  },
  { name: "the whole", data: event, expr: 'data ~> |$|{"ok": true}|', result: { t: 21.6, ok: true } },
  { name: "a place that is missing", data: event, expr: 'data ~> |nothing|{"ok": true}|', result: { t: 21.6 } },
  { name: "an update that is missing", data: event, expr: "data ~> |$|missing|", result: { t: 21.6 } },
  {
    name: "everywhere below",
    data: event,
    expr: '($ ~> |**[k]|{"seen": true}|).device.fields',
    result: [
      { k: "a", v: 1, seen: true },
      { k: "b", v: 2, seen: true },
    ],
  },
  {
    name: "a list of objects",
    data: event,
    expr: 'device.fields ~> |$|{"n": 1}|',
    result: [
      { k: "a", v: 1, n: 1 },
      { k: "b", v: 2, n: 1 },
    ],
  },
  {
    name: "a transform in a variable",
    data: event,
    expr: '($mask := |device|{"secret": "***"}|; $mask($).device.secret)',
    result: "***",
  },
  {
    name: "a transform mapped",
    data: event,
    expr: '$map(device.fields, |$|{}, "v"|)',
    result: [{ k: "a" }, { k: "b" }],
  },
  {
    name: "two transforms",
    data: event,
    expr: 'data ~> |$|{"a": 1}| ~> |$|{"b": a + 1}|',
    result: { t: 21.6, a: 1, b: 2 },
  },
  { name: "a transform of nothing", data: event, expr: "missing ~> |$|{}|", result: undefined },
  {
    name: "the input stays as it was",
    data: event,
    expr: '[($ ~> |data|{"t": 0}|).data.t, data.t]',
    result: [0, 21.6],
  },
];
