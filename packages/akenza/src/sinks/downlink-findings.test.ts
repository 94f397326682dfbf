import { refusalOf } from "@signalbox/core/testing";
import { expect, test } from "vitest";
import { project } from "../testing/project.ts";
import { akenzaDownlinkSink } from "./downlink.ts";

const around = (words: string): string => `akenzaDownlink:\n  lorawan: {}\n  ${words}`;

test.each([
  ["devices: [kitchen]", "AKENZA_ID_INVALID: kitchen"],
  ["devices: []", "AKENZA_ID_INVALID: ["],
  ['devices: ["02d2327fedce2128", "0242ac1300020001"]\n  maxDevices: 1', 'CONFIG_VALUE_INVALID: ["02d2327fedce2128"'],
  ["devices: a +", "CONFIG_EXPRESSION_SYNTAX: "],
  ['devices: "{{ targets }}"', "CONFIG_EXPRESSION_SYNTAX: }"],
  ["devices: { tag: kitchen }", "AKENZA_ID_INVALID: kitchen"],
  ["devices: { every: 5m }", "CONFIG_VALUE_INVALID: { every: 5m"],
  ['devices: { tag: "7100000000000001", every: 10 }', "CONFIG_DURATION_INVALID: 10"],
  ['devices: { tag: "7100000000000001", every: 10ms }', "CONFIG_VALUE_INVALID: 10ms"],
  ['devices: { tag: "7100000000000001", colour: red }', "CONFIG_FIELD_UNKNOWN: colour: red"],
  ["maxDevices: 0", "CONFIG_VALUE_INVALID: 0"],
  ["maxDevices: many", "CONFIG_VALUE_TYPE: many"],
  ["ttl: soon", "CONFIG_DURATION_INVALID: soon"],
  ["ttl: 0s", "CONFIG_VALUE_INVALID: 0s"],
  ["supersede: maybe", "CONFIG_VALUE_TYPE: maybe"],
  ["supersede: { key: '{{ a' }", "CONFIG_TEMPLATE_SYNTAX: {{ a'"],
  ["supersede: {}", "CONFIG_FIELD_MISSING: supersede: {"],
  ["onUnknown: retry", "CONFIG_VALUE_INVALID: retry"],
  ["confirm: {}", "CONFIG_FIELD_MISSING: confirm: {"],
  ["confirm: { expect: 'data.on and' }", "CONFIG_EXPRESSION_SYNTAX: '"],
  ["confirm: { expect: '$comand.payload' }", "CONFIG_EXPRESSION_SYNTAX: $comand.payload'"],
  ["confirm: { expect: '$command.paylod' }", "CONFIG_EXPRESSION_SUSPECT: paylod'"],
  ["confirm: { expect: data.on, within: 30 }", "CONFIG_DURATION_INVALID: 30"],
  ["confirm: { expect: data.on, within: 0s }", "CONFIG_VALUE_INVALID: 0s"],
  ["confirm: { expect: data.on, otherwise: panic }", "CONFIG_VALUE_INVALID: panic"],
  ["spread: wide", "CONFIG_DURATION_INVALID: wide"],
  ["spread: 1h\n  ttl: 30m", "CONFIG_VALUE_INVALID: 1h"],
  ["dryRun: 1", "CONFIG_VALUE_TYPE: 1"],
  ["raw: 1", "CONFIG_VALUE_TYPE: 1"],
  ["colour: red", "CONFIG_FIELD_UNKNOWN: colour: red"],
])("%s is refused where it stands", (words, refusal) => {
  expect(refusalOf(akenzaDownlinkSink, around(words), project)).toBe(refusal);
});

test.each([
  ["lorawan: { port: 0 }", "CONFIG_VALUE_INVALID: 0"],
  ["lorawan: { port: 224 }", "CONFIG_VALUE_INVALID: 224"],
  ["lorawan: { confirmed: maybe }", "CONFIG_VALUE_TYPE: maybe"],
  ["lorawan: { clearQueue: maybe }", "CONFIG_VALUE_TYPE: maybe"],
  ["lorawan: { payloadHex: a, payload: b }", "CONFIG_VALUE_INVALID: b"],
  ["mqtt: {}", "CONFIG_FIELD_MISSING: mqtt: {"],
  ["mqtt: { topic: 'a/{{ }}' }", "CONFIG_TEMPLATE_SYNTAX: {{"],
  ["lorawan: {}\n  mqtt: { topic: a }", "CONFIG_VALUE_INVALID: lorawan: {"],
  ["raw: true", "CONFIG_VALUE_INVALID: raw: true"],
])("%s is refused where it stands", (words, refusal) => {
  expect(refusalOf(akenzaDownlinkSink, `akenzaDownlink:\n  ${words}`, project)).toBe(refusal);
});
