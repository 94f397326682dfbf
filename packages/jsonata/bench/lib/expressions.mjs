// Expressions as pipelines hold them, each with an input and the same in JavaScript written by hand. `least` is the factor
// over the reference that is wanted of each; 5 where time goes into pictures of dates and numbers, which are the reference's.
import { bus, event, log, site, template } from "./inputs.mjs";

export const E = [
  { id: "pick", expr: "data.temperature", input: event, js: (e) => e.data.temperature },
  { id: "convert", expr: "data.temperature * 1.8 + 32", input: event, js: (e) => e.data.temperature * 1.8 + 32 },
  {
    id: "condition",
    expr: 'data.leak or data.co2 > 1400 ? "alarm" : data.co2 > 1000 and data.open < 50 ? "air" : "fine"',
    input: event,
    js: (e) => (e.data.leak || e.data.co2 > 1400 ? "alarm" : e.data.co2 > 1000 && e.data.open < 50 ? "air" : "fine"),
  },
  {
    id: "object",
    expr: '{"id": deviceId, "at": sentAt, "t": data.temperature, "h": data.humidity, "p": data.pressure / 100, "co2": data.co2, "flow": data.flow, "rssi": radio.rssi, "site": device.place.building, "open": data.open}',
    input: event,
    js: ({ deviceId, sentAt, data, radio, device }) => ({
      id: deviceId,
      at: sentAt,
      t: data.temperature,
      h: data.humidity,
      p: data.pressure / 100,
      co2: data.co2,
      flow: data.flow,
      rssi: radio.rssi,
      site: device.place.building,
      open: data.open,
    }),
  },
  {
    id: "aggregate",
    expr: '{"n": $count(readings), "mean": $average(readings.value), "low": $min(readings.value), "high": $max(readings.value), "valid": $sum(readings[state = "valid"].value)}',
    input: log,
    js: ({ readings }) => {
      let [sum, low, high, valid] = [0, Infinity, -Infinity, 0];
      for (const { value, state } of readings) {
        sum += value;
        if (value < low) low = value;
        if (value > high) high = value;
        if (state === "valid") valid += value;
      }
      return { n: readings.length, mean: sum / readings.length, low, high, valid };
    },
  },
  {
    id: "filter-map",
    expr: 'readings[state = "valid" and value > 30].{"channel": channel, "at": at, "scaled": value * 0.1}',
    input: log,
    js: ({ readings }) => {
      const result = [];
      for (const { channel, at, value, state } of readings) {
        if (state === "valid" && value > 30) result.push({ channel, at, scaled: value * 0.1 });
      }
      return result;
    },
  },
  {
    id: "lambdas",
    expr: "($k := factors; $merge($map($filter(channels, function($c) { $c.ok }), function($c) { {$c.name: $round($c.raw * $lookup($k, $c.name), 2)} })))",
    input: bus,
    js: ({ channels, factors }) => {
      const result = {};
      for (const { name, raw, ok } of channels) if (ok) result[name] = Math.round(raw * factors[name] * 100) / 100;
      return result;
    },
  },
  {
    id: "reduce",
    expr: "$reduce(channels.raw, function($a, $b) { $a * 31 % 65536 + $b }, 7)",
    input: bus,
    js: ({ channels }) => channels.reduce((a, { raw }) => ((a * 31) % 65536) + raw, 7),
  },
  {
    id: "texts",
    expr: '$join([$uppercase(device.type), $substring(deviceId, -4), $substringAfter(topic, "plant-3/"), $fromMillis(sentAt)], "|")',
    input: event,
    js: ({ device, deviceId, topic, sentAt }) =>
      [
        device.type.toUpperCase(),
        deviceId.slice(-4),
        topic.slice(topic.indexOf("plant-3/") + 8),
        new Date(sentAt).toISOString(),
      ].join("|"),
  },
  {
    id: "template",
    expr: template,
    input: event,
    js: ({ deviceId, topic, sentAt, data, radio, device }) => ({
      version: 2,
      kind: "telemetry",
      id: deviceId,
      sentAt,
      counter: radio.counter,
      source: {
        topic,
        gateway: radio.gateway,
        port: radio.port,
        link: { rssi: radio.rssi, snr: radio.snr, rate: radio.rate, isWeak: radio.rssi < -110 || radio.snr < -5 },
      },
      device: {
        name: device.name,
        type: device.type.toUpperCase(),
        firmware: device.firmware,
        battery: {
          volt: data.battery,
          percent: Math.round(((data.battery - 3) / 0.6) * 100),
          isLow: data.battery < 3.2,
        },
      },
      place: {
        type: "Point",
        coordinates: [device.place.lon, device.place.lat, device.place.alt],
        building: device.place.building,
        level: device.place.level,
      },
      values: {
        celsius: data.temperature,
        fahrenheit: data.temperature * 1.8 + 32,
        humidity: data.humidity,
        hectopascal: data.pressure / 100,
        co2: data.co2,
        air: data.co2 > 1400 ? "bad" : data.co2 > 1000 ? "fair" : "good",
        litresPerHour: data.flow * 60,
        open: data.open,
        leak: data.leak,
      },
      tags: device.tags,
      label: `${device.name} (${deviceId})`,
    }),
  },
  {
    id: "group",
    expr: 'readings{channel: {"n": $count(value), "sum": $sum(value)}}',
    input: log,
    js: ({ readings }) => {
      const result = {};
      for (const { channel, value } of readings) {
        const group = (result[channel] ??= { n: 0, sum: 0 });
        group.n++;
        group.sum += value;
      }
      return result;
    },
  },
  {
    id: "order",
    expr: "readings^(>value, at)[[0..4]].value",
    input: log,
    js: ({ readings }) =>
      readings
        .toSorted((a, b) => b.value - a.value || a.at - b.at)
        .slice(0, 5)
        .map(({ value }) => value),
  },
  {
    id: "regex",
    expr: '$match(topic, /plant-(\\d+)\\/([\\w-]+)/).groups[1] & ":" & $replace(device.firmware, /(\\d+)\\.(\\d+).*/, "v$1-$2")',
    input: event,
    js: ({ topic, device }) =>
      `${/plant-(\d+)\/([\w-]+)/.exec(topic)[2]}:${device.firmware.replace(/(\d+)\.(\d+).*/, "v$1-$2")}`,
  },
  {
    id: "key-values",
    expr: "$merge(device.fields.{key: value})",
    input: event,
    js: ({ device }) => Object.fromEntries(device.fields.map(({ key, value }) => [key, value])),
  },
  {
    id: "pairs",
    expr: '$merge($split(raw, ";").{$substringBefore($, "="): $number($substringAfter($, "="))})',
    input: event,
    js: ({ raw }) =>
      Object.fromEntries(
        raw.split(";").map((pair) => [pair.slice(0, pair.indexOf("=")), Number(pair.slice(pair.indexOf("=") + 1))]),
      ),
  },
  {
    id: "hex",
    expr: '$map([0..3], function($i) { $number("0x" & $substring($$.payload, $i * 4, 4)) / 10 })',
    input: event,
    js: ({ payload }) => [0, 1, 2, 3].map((index) => Number.parseInt(payload.slice(index * 4, index * 4 + 4), 16) / 10),
  },
  {
    id: "parent",
    expr: 'halls.valves[open > 40].{"hall": %.id, "valve": id, "open": open}',
    input: site,
    js: ({ halls }) =>
      halls.flatMap(({ id: hall, valves }) =>
        valves.filter(({ open }) => open > 40).map(({ id: valve, open }) => ({ hall, valve, open })),
      ),
  },
  {
    id: "join",
    expr: 'halls.valves@$v.$$.names@$n[$n.id = $v.id].{"name": $n.name, "open": $v.open}',
    input: site,
    js: ({ halls, names }) =>
      halls.flatMap(({ valves }) =>
        valves.flatMap((valve) =>
          names.filter(({ id }) => id === valve.id).map(({ name }) => ({ name, open: valve.open })),
        ),
      ),
  },
  {
    id: "wildcard",
    expr: "$sum(**.open)",
    input: site,
    js: ({ halls }) => halls.reduce((sum, { valves }) => valves.reduce((inner, { open }) => inner + open, sum), 0),
  },
  {
    id: "transform",
    expr: 'data ~> |$|{"temperature": $round(temperature, 1)}, ["leak", "battery"]|',
    input: event,
    js: ({ data }) => {
      const { leak: _leak, battery: _battery, ...rest } = data;
      return { ...rest, temperature: Math.round(data.temperature * 10) / 10 };
    },
  },
  {
    id: "pictures",
    expr: '$fromMillis(sentAt, "[D01].[M01].[Y0001] [H01]:[m01]") & " " & $formatNumber(data.flow, "#0.00")',
    input: event,
    least: 5,
    js: ({ sentAt, data }) => {
      const [, year, month, day, time] = /^(\d+)-(\d+)-(\d+)T(\d+:\d+)/.exec(new Date(sentAt).toISOString());
      return `${day}.${month}.${year} ${time} ${data.flow.toFixed(2)}`;
    },
  },
];
