// Humid air. Saturation pressure over water after Magnus, with the constants of the WMO guide (CIMO, annex 4.B): good
// to 0.1 °C from -45 to 60 °C.
import { finiteOf, shown } from "./arguments.ts";
import { definePart } from "./definition.ts";

const slope = 17.62;
const pole = 243.12;
const atZero = 6.112;
/** Grams of water vapour in a cubic metre, per hectopascal and kelvin: 100 / 0.461515. */
const vapour = 216.678;

export const climate = definePart("Humid air", {
  dewPoint: {
    usage: "$dewPoint(temperature, humidity)",
    summary:
      "The dew point in °C, to hundredths, from a temperature in °C (-45 to 60) and a relative humidity in percent. A reading of up to 105 % counts as 100 %.",
    signature: "<nn:n>",
    needs: 2,
    call: (temperature: number, humidity: number) => {
      const gamma = Math.log(ratioOf(humidity)) + exponentOf(temperature);
      return hundredths((pole * gamma) / (slope - gamma));
    },
    examples: [
      {
        expression: "$dewPoint(data.temperature, data.humidity)",
        input: { data: { temperature: 20, humidity: 50 } },
        result: 9.26,
      },
    ],
  },
  absoluteHumidity: {
    usage: "$absoluteHumidity(temperature, humidity)",
    summary: "Grams of water in a cubic metre of air, to hundredths; arguments as for `$dewPoint`.",
    signature: "<nn:n>",
    needs: 2,
    call: (temperature: number, humidity: number) => {
      const pressure = ratioOf(humidity) * atZero * Math.exp(exponentOf(temperature));
      return hundredths((vapour * pressure) / (273.15 + temperature));
    },
    examples: [{ expression: "$absoluteHumidity(20, 50)", result: 8.62 }],
  },
});

function exponentOf(temperature: unknown): number {
  const celsius = finiteOf(temperature, "the temperature");
  if (celsius < -45 || celsius > 60) throw new Error(`the temperature must be from -45 to 60 °C, not ${celsius}`);
  return (slope * celsius) / (pole + celsius);
}

function ratioOf(humidity: unknown): number {
  const percent = finiteOf(humidity, "the humidity");
  if (percent <= 0 || percent > 105) {
    throw new Error(`the humidity must be above 0 and at most 100 %, not ${shown(humidity)}`);
  }
  return Math.min(percent, 100) / 100;
}

const hundredths = (value: number): number => Math.round(value * 100) / 100;
