// The same conversation as in the other files, by a client that orval generated: events, numbers, one delivery, one error.
import { AttemptInterval, getAttempts, getDeliveries, getDelivery, getOverview, postEvents } from "./generated/orval.js";
import type { DeliveryPage, Overview } from "./generated/orval.js";
import { check, pause } from "./conversation.js";

const [url, key] = process.argv.slice(2) as [string, string];
const asked = globalThis.fetch;
globalThis.fetch = (path, options) => asked(url + String(path), { ...options, headers: { ...options?.headers, Authorization: `Bearer ${key}` } });

const answer = await postEvents([
  {
    event: "bounced",
    occurredAt: new Date().toISOString(),
    messageKey: "orval",
    sender: "orval@shop.example",
    recipient: "orval@example.net",
    reply: "550 5.1.1 User unknown",
  },
]);
check(answer.status === 202 && answer.data.accepted === 1, "the event is accepted");

async function overview(): Promise<Overview> {
  const found = await getOverview({ period: "last-7-days", domain: "shop.example" });
  if (found.status !== 200) throw new Error(`${found.status}`);
  return found.data;
}

async function page(): Promise<DeliveryPage> {
  const found = await getDeliveries({ search: "to:orval@example.net", status: ["hardBounced"], reason: "recipient_unknown" });
  if (found.status !== 200) throw new Error(`${found.status}`);
  return found.data;
}

while ((await overview()).hardBounces.value === 0) await pause();
while ((await page()).items.length === 0) await pause();

const delivery = await getDelivery((await page()).items[0]!.id);
check(delivery.status === 200 && delivery.data.status === "hardBounced" && delivery.data.reason === "recipient_unknown", "the delivery is what was sent");
check(delivery.status === 200 && delivery.data.attempts[0]?.smtpCode === 550, "its attempt too");

const series = await getAttempts({ interval: AttemptInterval["5m"], by: ["outcome"] });
check(series.status === 200 && series.data.points.some((point) => point.outcome === "hard"), "words that are no names are read");

const refused = await getOverview({ from: "yesterday" });
check(refused.status === 400 && refused.data.errors["from"] !== undefined && refused.data.traceId.length > 0, "the problem names the field");
