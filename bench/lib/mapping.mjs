// The work of a contest: six fields made of a sample, in JSONata and by hand. `seq` and `sentAt` are the bench's own.

/** `base` makes expressions that differ, so that none is compiled for two pipelines. */
export const sixFields = (base = 32) => `{
  "device": deviceId,
  "at": timestamp,
  "temperatureF": data.temperature * 1.8 + ${base},
  "comfort": data.co2 > 1000 ? "poor" : data.co2 > 800 ? "fair" : "good",
  "humidity": data.humidity,
  "batteryLow": data.batteryVoltage < 3.3,
  "seq": data.seq,
  "sentAt": data.sentAt
}`;

export function mapByHand({ deviceId, timestamp, data }) {
  return {
    device: deviceId,
    at: timestamp,
    temperatureF: data.temperature * 1.8 + 32,
    comfort: data.co2 > 1000 ? "poor" : data.co2 > 800 ? "fair" : "good",
    humidity: data.humidity,
    batteryLow: data.batteryVoltage < 3.3,
    seq: data.seq,
    sentAt: data.sentAt,
  };
}

const climate = {
  temperature: 21.4,
  humidity: 45,
  co2: 612,
  light: 207,
  motion: false,
  occupancy: 2,
  batteryVoltage: 3.6,
  status: "GOOD",
};
const climateText = JSON.stringify(climate).slice(1);

/** The sample `seq` of a device as akenza writes it. The timestamp makes the message id: each sample has its own. */
export function sampleText(seq, deviceId, sentAt) {
  const timestamp = new Date(1_700_000_000_000 + seq).toISOString();
  const data = `{"seq":${seq},"sentAt":${sentAt},${climateText}`;
  return `{"deviceId":"${deviceId}","topic":"default","timestamp":"${timestamp}","data":${data}}`;
}

export function deviceIds(count) {
  return Array.from({ length: count }, (_, index) => `02d2327f${(0xedce2128 + index).toString(16)}`);
}
