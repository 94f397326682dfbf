// Regular expressions.
import type { Case } from "./case.ts";

const lora = {
  topic: "site/7/dev/A81758FFFE04D2B1/up",
  at: "2024-11-22",
  text: "co2=812;t=21.6",
  words: ["valve-1", "Meter-2", "gate"],
};

export const regexes: readonly Case[] = [
  {
    name: "contains",
    data: lora,
    expr: "[$contains(topic, /dev\\/[0-9A-F]+/), $contains(topic, /^dev/)]",
    result: [true, false],
  },
  {
    name: "a match",
    data: lora,
    expr: "$match(topic, /dev\\/([0-9A-F]+)\\/(\\w+)/)",
    result: { match: "dev/A81758FFFE04D2B1/up", index: 7, groups: ["A81758FFFE04D2B1", "up"] },
  },
  { name: "a group", data: lora, expr: "$match(topic, /dev\\/([0-9A-F]+)/).groups[0]", result: "A81758FFFE04D2B1" },
  { name: "all matches", data: lora, expr: "$match(text, /(\\w+)=([\\d.]+)/).(groups[0])", result: ["co2", "t"] },
  { name: "matches with a limit", data: lora, expr: "$count($match(text, /[a-z0-9]+/, 2))", result: 2 },
  { name: "no match", data: lora, expr: "$match(text, /x+/)", result: undefined },
  {
    name: "a group that did not take part",
    data: lora,
    expr: '$match("b", /(a)?b/)',
    result: { match: "b", index: 0, groups: [null] },
  },
  {
    name: "pairs to an object",
    data: lora,
    expr: "$merge($match(text, /(\\w+)=([\\d.]+)/).{groups[0]: $number(groups[1])})",
    result: { co2: 812, t: 21.6 },
  },
  { name: "replace", data: lora, expr: '$replace(at, /-/, "/")', result: "2024/11/22" },
  {
    name: "replace with groups",
    data: lora,
    expr: '$replace(at, /(\\d+)-(\\d+)-(\\d+)/, "$3.$2.$1")',
    result: "22.11.2024",
  },
  {
    name: "replace with the whole match and a dollar",
    data: lora,
    expr: '$replace("5 6", /\\d/, "$0$$")',
    result: "5$ 6$",
  },
  {
    name: "replace with a group that is not there",
    data: lora,
    expr: '[$replace("ab", /(a)/, "[$2]"), $replace("ab", /a/, "[$1]"), $replace("ab", /(a)/, "$x$")]',
    result: ["[]b", "[]b", "$x$b"],
  },
  { name: "replace with many digits", data: lora, expr: '$replace("abc", /(a)(b)(c)/, "$12-$31")', result: "a2-c1" },
  { name: "replace with a limit", data: lora, expr: '$replace("a1b2c3", /\\d/, "#", 2)', result: "a#b#c3" },
  {
    name: "replace by a function",
    data: lora,
    expr: "$replace(text, /[\\d.]+/, function($m) { $string($number($m.match) * 2) })",
    result: "co4=1624;t=43.2",
  },
  { name: "split", data: lora, expr: "$split(text, /[=;]/)", result: ["co2", "812", "t", "21.6"] },
  { name: "split with a limit", data: lora, expr: "$split(text, /[=;]/, 3)", result: ["co2", "812", "t"] },
  { name: "split at what is not there", data: lora, expr: "$split(text, /x/)", result: ["co2=812;t=21.6"] },
  { name: "without regard to case", data: lora, expr: "words[$contains($, /^m/i)]", result: "Meter-2" },
  { name: "line by line", data: lora, expr: '$count($match("a\\nb\\nc", /^./m))', result: 3 },
  {
    name: "a pattern in a variable",
    data: lora,
    expr: '($r := /\\d+/; [$contains(at, $r), $match(at, $r)[0].match = "2024"])',
    result: [true, true],
  },
  { name: "a pattern called as a function", data: lora, expr: '/(\\d+)/("co2=812").groups', result: ["2"] },
  { name: "the next match", data: lora, expr: '/\\d+/("1 22 333").next().match', result: "22" },
  {
    name: "a function in place of a pattern",
    data: lora,
    expr: '$match("valve", function($s) { {"match": "v", "start": 0, "end": 1, "groups": [], "next": function() { missing }} }).match',
    result: "v",
  },
  { name: "a slash and a class", data: lora, expr: '$split("a/b|c", /[\\/|]/)', result: ["a", "b", "c"] },
  { name: "characters beyond the first plane", data: lora, expr: '$match("t 😀 é", /😀|é/).index', result: [2, 5] },
  {
    name: "a map by pattern",
    data: lora,
    expr: "$map(words, function($w) { $match($w, /-(\\d)/).groups[0] })",
    result: ["1", "2"],
  },
];
