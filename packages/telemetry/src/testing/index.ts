export { type Collected, type OtlpReceiver, startOtlpReceiver } from "./otlp-receiver.ts";
