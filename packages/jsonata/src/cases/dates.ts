// Times: milliseconds, ISO 8601 and pictures.
import type { Case } from "./case.ts";

const event = { ms: 1732257600123, at: "2024-11-22T06:40:00.123Z", local: "22/11/2024 07:40" };

export const dates: readonly Case[] = [
  { name: "milliseconds to ISO 8601", data: event, expr: "$fromMillis(ms)", result: "2024-11-22T06:40:00.123Z" },
  { name: "ISO 8601 to milliseconds", data: event, expr: "$toMillis(at)", result: 1732257600123 },
  {
    name: "a time zone in ISO 8601",
    data: event,
    expr: '$toMillis("2024-11-22T07:40:00+01:00")',
    result: 1732257600000,
  },
  {
    name: "a date alone",
    data: event,
    expr: '[$toMillis("2024-02-29"), $toMillis("2024")]',
    result: [1709164800000, 1704067200000],
  },
  {
    name: "before 1970",
    data: event,
    expr: '[$fromMillis(-1), $toMillis("1969-12-31T23:59:59.999Z")]',
    result: ["1969-12-31T23:59:59.999Z", -1],
  },
  {
    name: "beyond the year 9999",
    data: event,
    expr: "$fromMillis(253402300800000)",
    result: "0000-01-01T00:00:00.000Z",
  },
  {
    name: "a picture",
    data: event,
    expr: '$fromMillis(ms, "[D01].[M01].[Y0001] [H01]:[m01]")',
    result: "22.11.2024 06:40",
  },
  {
    name: "a picture in another zone",
    data: event,
    expr: '$fromMillis(ms, "[H01]:[m01] [z]", "+0530")',
    result: "12:10 GMT+05:30",
  },
  {
    name: "names of months and days",
    data: event,
    expr: '$fromMillis(ms, "[FNn], [D1o] [MNn] [Y]")',
    result: "Friday, 22nd November 2024",
  },
  {
    name: "weeks and days of the year",
    data: event,
    expr: '$fromMillis(ms, "[X0001]-W[W01]-[F1] [d001]")',
    result: "2024-W47-5 327",
  },
  { name: "a twelve-hour clock", data: event, expr: '$fromMillis(ms, "[h]:[m01] [P]")', result: "6:40 am" },
  {
    name: "a local time by a picture",
    data: event,
    expr: '$toMillis(local, "[D01]/[M01]/[Y0001] [H01]:[m01]")',
    result: 1732261200000,
  },
  {
    name: "an age in minutes",
    data: event,
    expr: '($toMillis("2024-11-22T07:00:00Z") - ms) / 60000',
    result: 19.99795,
  },
  {
    name: "the start of the hour",
    data: event,
    expr: "$fromMillis($floor(ms / 3600000) * 3600000)",
    result: "2024-11-22T06:00:00.000Z",
  },
  { name: "a time that is missing", data: event, expr: "[$fromMillis(missing), $toMillis(missing)]", result: [] },
];
