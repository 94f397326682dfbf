import type { Command, CommandSender, NewCommand, SendResult } from "../../commands/contracts.ts";

export function order(connection: string, device: string, index: number): NewCommand {
  return {
    key: `${connection} ${device} ${index}`,
    pipeline: `p ${connection}`,
    sink: "valves",
    message: "m1",
    connection,
    device,
    payload: { index },
    maxAttempts: 100,
    backoffMs: 2,
    maxBackoffMs: 4,
  };
}

export function isEnded({ state }: Command): boolean {
  return state !== "queued" && state !== "sent";
}

export function recorder(answer: (command: NewCommand) => SendResult): CommandSender & { readonly sent: string[] } {
  const sent: string[] = [];
  return {
    sent,
    async send(command) {
      sent.push(command.key);
      return answer(command);
    },
  };
}
