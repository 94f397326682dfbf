// Built-in functions of numbers, and of lists of them.
import type { Case } from "./case.ts";

const meter = {
  values: [20.5, 23.25, 19, 25.75],
  one: [4],
  none: [],
  reg: 2301,
  readings: [{ v: 3 }, { v: 1 }, { x: 0 }, { v: 2 }],
};

export const functionsOfNumbers: readonly Case[] = [
  { name: "sum", data: meter, expr: "$sum(values)", result: 88.5 },
  {
    name: "aggregates of a list",
    data: meter,
    expr: '{"n": $count(values), "max": $max(values), "min": $min(values), "avg": $average(values)}',
    result: { n: 4, max: 25.75, min: 19, avg: 22.125 },
  },
  {
    name: "aggregates of a path",
    data: meter,
    expr: "[$sum(readings.v), $max(readings.v), $count(readings)]",
    result: [6, 3, 4],
  },
  {
    name: "aggregates of one number",
    data: meter,
    expr: "[$sum(5), $max(5), $average(5), $count(5)]",
    result: [5, 5, 5, 1],
  },
  { name: "aggregates of nothing", data: meter, expr: "[$sum(missing), $max(missing), $count(missing)]", result: [0] },
  {
    name: "aggregates of an empty list",
    data: meter,
    expr: "[$sum(none), $max(none), $average(none), $count(none)]",
    result: [0, 0],
  },
  {
    name: "aggregates of a list of one",
    data: meter,
    expr: "[$sum(one), $max(one), $average(one)]",
    result: [4, 4, 4],
  },
  {
    name: "rounding",
    data: meter,
    expr: "[$round(23.456, 2), $round(23.456), $round(0.5), $round(1.5), $round(2.5), $round(-0.5), $round(-1.5)]",
    result: [23.46, 23, 0, 2, 2, 0, -2],
  },
  {
    name: "rounding of ties goes to even",
    data: meter,
    expr: "[$round(1.005, 2), $round(2.675, 2), $round(8.345, 2), $round(0.125, 2)]",
    result: [1, 2.68, 8.34, 0.12],
  },
  {
    name: "rounding to tens",
    data: meter,
    expr: "[$round(2345, -2), $round(2350, -2), $round(-15, -1)]",
    result: [2300, 2400, -20],
  },
  {
    name: "floor, ceil, abs",
    data: meter,
    expr: "[$floor(-1.5), $ceil(-1.5), $abs(-1.5), $floor(2), $ceil(2.1)]",
    result: [-2, -1, 1.5, 2, 3],
  },
  {
    name: "square root and power",
    data: meter,
    expr: "[$sqrt(2.25), $power(2, 10), $power(2, -1), $power(-8, 3)]",
    result: [1.5, 1024, 0.5, -512],
  },
  {
    name: "numbers from texts",
    data: meter,
    expr: '[$number("12.5"), $number("-1e3"), $number("0x1F"), $number("0b101"), $number("0o17")]',
    result: [12.5, -1000, 31, 5, 15],
  },
  {
    name: "numbers from booleans and numbers",
    data: meter,
    expr: "[$number(true), $number(false), $number(3)]",
    result: [1, 0, 3],
  },
  { name: "a number from nothing", data: meter, expr: "$number(missing)", result: undefined },
  { name: "a scaled register", data: meter, expr: "$round(reg * 0.1, 1)", result: 230.1 },
  {
    name: "a number with groups",
    data: meter,
    expr: '[$formatNumber(1234567.891, "#,##0.00"), $formatNumber(0.256, "00%"), $formatNumber(-5, "0.0"), $formatNumber(12, "000")]',
    result: ["1,234,567.89", "26%", "-5.0", "012"],
  },
  {
    name: "a number in two pictures",
    data: meter,
    expr: '[$formatNumber(-3.5, "0.0;(0.0)"), $formatNumber(1234, "0.00e0")]',
    result: ["(3.5)", "1.23e3"],
  },
  {
    name: "a number with own signs",
    data: meter,
    expr: '$formatNumber(1234.5, "#.##0,00", {"decimal-separator": ",", "grouping-separator": "."})',
    result: "1.234,50",
  },
  {
    name: "integers as words",
    data: meter,
    expr: '[$formatInteger(42, "w"), $formatInteger(3, "1;o"), $formatInteger(1999, "I"), $formatInteger(28, "A"), $formatInteger(7, "000")]',
    result: ["forty-two", "3rd", "MCMXCIX", "AB", "007"],
  },
  {
    name: "integers from words",
    data: meter,
    expr: '[$parseInteger("forty-two", "w"), $parseInteger("MCMXCIX", "I"), $parseInteger("1,234", "#,##0")]',
    result: [42, 1999, 1234],
  },
  { name: "numbers as texts and back", data: meter, expr: "$number($string(0.1 + 0.2)) = 0.3", result: true },
  {
    name: "large numbers",
    data: meter,
    expr: "[9007199254740993, 1e300 * 10, 123456789.123456789]",
    result: [9007199254740992, 1e301, 123456789.12345679],
  },
  {
    name: "numbers as conditions",
    data: meter,
    expr: "[$boolean(0), $boolean(-1), $not(0)]",
    result: [false, true, true],
  },
  {
    name: "rounding what is missing",
    data: meter,
    expr: "[$round(missing), $floor(missing), $sqrt(missing), $power(missing, 2)]",
    result: [],
  },
  { name: "a running total", data: meter, expr: "$reduce(values, function($sum, $v) { $sum + $v })", result: 88.5 },
];
