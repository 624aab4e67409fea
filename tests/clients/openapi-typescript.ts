// The same conversation as in the other files, by openapi-fetch over types that openapi-typescript generated: events, numbers, one delivery, one error.
import createClient from "openapi-fetch";
import type { paths } from "./generated/openapi-typescript.js";
import { check, pause } from "./conversation.js";

const [url, key] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });

const answer = await client.POST("/v1/events", {
  body: [
    {
      event: "bounced",
      occurredAt: new Date().toISOString(),
      messageKey: "typescript",
      sender: "typescript@shop.example",
      recipient: "typescript@example.net",
      reply: "550 5.1.1 User unknown",
    },
  ],
});
check(answer.data?.accepted === 1, "the event is accepted");

const overview = () => client.GET("/v1/overview", { params: { query: { period: "last-7-days", domain: "shop.example" } } });
const page = () =>
  client.GET("/v1/deliveries", {
    params: { query: { search: "to:typescript@example.net", status: ["hardBounced"], reason: "recipient_unknown" } },
  });

while ((await overview()).data!.hardBounces.value === 0) await pause();
while ((await page()).data!.items.length === 0) await pause();

const delivery = await client.GET("/v1/deliveries/{id}", { params: { path: { id: (await page()).data!.items[0]!.id } } });
check(delivery.data?.status === "hardBounced" && delivery.data.reason === "recipient_unknown", "the delivery is what was sent");
check(delivery.data?.attempts[0]?.smtpCode === 550, "its attempt too");

const series = await client.GET("/v1/attempts", { params: { query: { interval: "5m", by: ["outcome"] } } });
check(series.data?.points.some((point) => point.outcome === "hard") === true, "words that are no names are read");

const refused = await client.GET("/v1/overview", { params: { query: { from: "yesterday" } } });
check(refused.response.status === 400 && refused.error !== undefined && "errors" in refused.error && refused.error.errors["from"] !== undefined,
  "the problem names the field");
